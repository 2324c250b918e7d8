"""A clock of a handover ran out: ask the people whom that concerns, and decide nothing for them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.messaging.timers import DueTimer
from chassis.web.identity import Actor
from services.handover.domain.kinds import TimerKind
from services.handover.domain.overdue import Clock, decide_overdue
from services.handover.room import HandoverRoom
from services.handover.store.handovers import Reader, one_handover
from services.handover.use_cases.turning import go_on

CLOCKS = "handover.clocks"


async def run_out_of_time(
    conn: AsyncConnection, room: HandoverRoom, due: DueTimer, now: datetime
) -> None:
    """Take what follows from a clock that ran out, if what it waited for has not come."""
    handover = await one_handover(conn, Reader(due.council), UUID(due.subject), hold=True)
    clock = Clock(TimerKind(due.kind), due.about)
    turn = decide_overdue(clock, handover, now, room.rules(due.council))
    if turn is not None:
        await go_on(conn, turn, Actor.system(CLOCKS, due.council), now)
