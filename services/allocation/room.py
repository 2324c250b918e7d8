"""What allocation's routes, handlers and timers work with."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.clocks import FieldClock
from chassis.outcalls import Outcalls
from councils.rules import Councils
from services.allocation.settings import AllocationSettings


@dataclass(frozen=True)
class Room:
    """Made once at the start by `main`, and shared."""

    settings: AllocationSettings
    engine: AsyncEngine
    clock: FieldClock
    councils: Councils
    outcalls: Outcalls


async def room(request: Request) -> Room:
    """Find the room of the application that a request came to.

    A coroutine, since FastAPI hands a plain function to another thread on every request.
    """
    found: Room = request.app.state.room
    return found


TheRoom = Annotated[Room, Depends(room)]
