"""The timers' edge: each asks people something once its time has come, and decides nothing."""

from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.messaging.timers import DueTimer, TimerHandler
from services.allocation.domain.case import Case
from services.allocation.domain.closing import closure_undecided
from services.allocation.domain.kinds import TimerKind
from services.allocation.domain.no_contact import letter_unanswered
from services.allocation.domain.reminders import remind
from services.allocation.domain.seeing import child_still_unseen
from services.allocation.domain.turn import Turn
from services.allocation.room import Room
from services.allocation.store.cases import held_case
from services.allocation.use_cases.carry_out import SYSTEM, carry_out

K = TimerKind


def timer_handlers(room: Room) -> dict[str, TimerHandler]:
    """Give the handler of every kind of timer that allocation sets."""
    return {kind: partial(_run, room) for kind in TimerKind}


async def _run(room: Room, conn: AsyncConnection, timer: DueTimer, now: datetime) -> None:
    case = await held_case(conn, timer.council, UUID(timer.subject))
    turn = _turn(room, case, timer, now)
    if turn is not None:
        await carry_out(conn, SYSTEM, case, turn, now)


def _turn(room: Room, case: Case, timer: DueTimer, now: datetime) -> Turn | None:
    kind = TimerKind(timer.kind)
    if kind == K.NO_CONTACT_ANSWER:
        return letter_unanswered(case)
    if kind == K.CLOSURE_CONFIRMATION:
        return closure_undecided(case)
    if kind in (K.NOT_SEEN_ASK, K.NOT_SEEN_CONSULT):
        rules = room.councils[case.council]
        return child_still_unseen(case, UUID(timer.about), kind, now, rules)
    return remind(case, kind)
