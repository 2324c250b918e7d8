"""What runs when its time has come: a referrer who should have been told by now."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.messaging.timers import DueTimer, TimerHandler
from chassis.prompts import raise_prompt
from contracts.roles import Role
from services.notifications.domain.kinds import TOLD_BY_NOW, Asks
from services.notifications.domain.status import SETTLED
from services.notifications.publish import say_unsettled
from services.notifications.room import Room
from services.notifications.store import known, notifications


def timer_handlers(_room: Room) -> Mapping[str, TimerHandler]:
    """Name the handler of each kind of timer."""
    return {TOLD_BY_NOW: notice_unsettled}


async def notice_unsettled(conn: AsyncConnection, due: DueTimer, _now: datetime) -> None:
    """Ask a manager to look, and say so; nothing is sent by this."""
    about = await notifications.find(conn, due.council, UUID(due.subject))
    if about is None or about.status in SETTLED:
        return
    referral = await known.find_referral(conn, due.council, about.referral_id)
    if referral is None:
        return
    await raise_prompt(
        conn,
        council=due.council,
        kind=Asks.UNSETTLED,
        subject=about.id,
        about=about.referral_id,
        role=Role.DUTY_MANAGER,
    )
    await say_unsettled(conn, referral, about)
