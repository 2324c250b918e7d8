"""People answer: a manager the risk question, a referrer whether the children have been seen."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clocks import new_id
from chassis.facts import NotFound
from chassis.web.identity import Actor
from services.allocation.domain.case import Case
from services.allocation.domain.kinds import RiskAbout
from services.allocation.domain.worries import (
    HaveYouSeen,
    referrer_answered,
    risk_answered,
)
from services.allocation.room import Room
from services.allocation.store.cases import held_case
from services.allocation.store.records import add_record
from services.allocation.store.tables import referrer_answers, risk_answers
from services.allocation.use_cases.carry_out import carry_out


async def answer_risk(
    conn: AsyncConnection, room: Room, actor: Actor, case_id: UUID, *, about: RiskAbout, answer: str
) -> Case:
    """Record a manager's answer to a risk question."""
    case = await held_case(conn, actor.council, case_id)
    at = room.clock.now()
    who = {"id": new_id(), "at": at, "by": actor.subject}
    await add_record(conn, risk_answers, case, **who, about=about, answer=answer)
    turn = risk_answered(case, about)
    return await carry_out(conn, actor, case, turn, at, detail=[str(about)]) or turn.case


async def answer_for_referrer(
    conn: AsyncConnection,
    room: Room,
    actor: Actor,
    case_id: UUID,
    *,
    referral_id: UUID,
    answer: HaveYouSeen,
) -> Case:
    """Record what a referrer said when asked whether the children have been seen.

    Raises:
        NotFound: the referral is none of the case's.
    """
    case = await held_case(conn, actor.council, case_id)
    if referral_id not in case.referral_ids:
        raise NotFound
    at = room.clock.now()
    who = {"id": new_id(), "at": at, "by": actor.subject}
    await add_record(conn, referrer_answers, case, **who, referral_id=referral_id, answer=answer)
    turn = referrer_answered(case, referral_id, answer)
    return await carry_out(conn, actor, case, turn, at, detail=[str(answer)]) or turn.case
