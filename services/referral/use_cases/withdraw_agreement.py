"""A person takes agreement back: what rests on it alone stops, and a manager is always asked."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import audit
from chassis.prompts import raise_prompt
from chassis.web.identity import Actor
from contracts.roles import Role
from councils.clocks import WorkingDays
from councils.working_time import due_after
from services.referral import publish
from services.referral.domain.family import Family
from services.referral.domain.referral import Referral
from services.referral.domain.withdrawal import AskedBy, NotGivenByThem, takes_effect
from services.referral.room import ReferralRoom
from services.referral.store.families import add_agreement, load_family
from services.referral.store.referrals import load_referral
from services.referral.store.scope import Reader
from services.referral.use_cases.one_of_them import one_of_them
from services.referral.use_cases.record_agreement import settle_status


async def withdraw_agreement(
    conn: AsyncConnection,
    room: ReferralRoom,
    actor: Actor,
    referral_id: UUID,
    *,
    person_id: UUID,
    asked_by: AskedBy,
    risk_answer: str,
) -> tuple[Referral, Family, bool]:
    """Take it back, or, where it is not the person's own word, ask a manager and change nothing.

    Returns:
        the referral, the family, and whether it took effect.
    """
    before = await load_referral(conn, Reader.of(actor), referral_id, hold=True)
    family = await load_family(conn, before)
    member = one_of_them(family, person_id)
    if not family.agreed.get(member.who):
        raise NotGivenByThem
    effective = takes_effect(asked_by)
    now = room.clock.now()
    said = {"agreed": not effective, "withdrawn": True, "risk_answer": risk_answer}
    who = {"person_id": person_id, "recorded_at": now, "recorded_by": actor.subject}
    await add_agreement(conn, before, asked_by=asked_by, **said, **who)
    await _ask_manager(conn, room, before, person_id, effective=effective)
    await _noted(conn, actor, before, asked_by, effective=effective)
    if not effective:
        return before, family, False
    family = await load_family(conn, before)
    others = family.others_agree(person_id)
    message = publish.agreement_withdrawn(before, member.who, now, others_agree=others)
    after = await settle_status(conn, room, actor, before, family=family, message=message)
    return after, family, True


async def _noted(
    conn: AsyncConnection, actor: Actor, referral: Referral, asked_by: AskedBy, *, effective: bool
) -> None:
    await audit.record(
        conn,
        council=referral.council,
        actor=actor,
        action="agreement withdrawn" if effective else "withdrawal asked by another",
        subject=referral.id,
        detail=[asked_by],
    )


async def _ask_manager(
    conn: AsyncConnection,
    room: ReferralRoom,
    referral: Referral,
    person_id: UUID,
    *,
    effective: bool,
) -> None:
    rules = room.rules(referral.council)
    await raise_prompt(
        conn,
        council=referral.council,
        kind="agreement_withdrawn" if effective else "withdrawal_asked_by_another",
        subject=referral.id,
        about=person_id,
        role=Role.DUTY_MANAGER,
        due=due_after(room.clock.now(), WorkingDays(1), rules),
        urgent=not effective,
    )
