"""The clocks of a handover, by kind; all of them only ask people."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.messaging.timers import DueTimer, TimerHandler
from services.handover.domain.kinds import TimerKind
from services.handover.room import HandoverRoom
from services.handover.use_cases.run_out_of_time import run_out_of_time


def timer_handlers(room: HandoverRoom) -> Mapping[str, TimerHandler]:
    """Give a handler for each kind of timer that handover sets."""

    async def ran_out(conn: AsyncConnection, due: DueTimer, now: datetime) -> None:
        await run_out_of_time(conn, room, due, now)

    return dict.fromkeys(TimerKind, ran_out)
