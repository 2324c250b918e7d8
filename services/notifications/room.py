"""What the service's use cases work with."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.clocks import FieldClock, wall_now
from chassis.outcalls import Outcalls
from councils.rules import Councils
from services.notifications.outbound.govuk_notify import GovukNotify
from services.notifications.outbound.seals import Sealer
from services.notifications.outbound.webhook import WebhookSender
from services.notifications.settings import NotificationsSettings


@dataclass(frozen=True)
class Room:
    """The database, both clocks, the councils' rules, and the roads out."""

    settings: NotificationsSettings
    engine: AsyncEngine
    clock: FieldClock
    councils: Councils
    outcalls: Outcalls
    webhooks: WebhookSender
    notify: GovukNotify
    sealer: Sealer
    wall: Callable[[], datetime] = wall_now
    chance: Callable[[], float] = random.random


async def room(request: Request) -> Room:
    """Give a route its room.

    A coroutine, since FastAPI hands a plain function to another thread on every request.
    """
    found: Room = request.app.state.room
    return found


TheRoom = Annotated[Room, Depends(room)]
