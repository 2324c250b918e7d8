"""A person says yes or no to the support; the referral waits while nobody says yes."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import audit
from chassis.messaging.timers import cancel_timer, set_timer
from chassis.prompts import settle_prompts
from chassis.web.identity import Actor
from contracts.referral import ReferralMessage
from councils.rules import CouncilRules
from councils.working_time import due_after
from services.referral import publish
from services.referral.domain.family import Family
from services.referral.domain.life import LIFE
from services.referral.domain.referral import Referral
from services.referral.domain.status import Status
from services.referral.domain.withdrawal import TakenBackAnotherWay
from services.referral.intake.form import AskedHow
from services.referral.room import ReferralRoom
from services.referral.store.families import add_agreement, load_family
from services.referral.store.referrals import load_referral, save_referral, save_step
from services.referral.store.scope import Reader
from services.referral.use_cases.one_of_them import one_of_them

CHASE = "agreement_chase"


async def record_agreement(
    conn: AsyncConnection,
    room: ReferralRoom,
    actor: Actor,
    referral_id: UUID,
    *,
    person_id: UUID,
    agreed: bool,
    how: AskedHow,
) -> tuple[Referral, Family]:
    """Keep a person's answer, at whatever time of the family's time with us.

    Raises:
        TakenBackAnotherWay: They agreed before; a no to that is a withdrawal.
    """
    now = room.clock.now()
    before = await load_referral(conn, Reader.of(actor), referral_id, hold=True)
    family = await load_family(conn, before)
    member = one_of_them(family, person_id)
    if family.agreed.get(member.who) and not agreed:
        raise TakenBackAnotherWay
    said = {"agreed": agreed, "withdrawn": False, "how": how}
    who = {"person_id": person_id, "recorded_at": now, "recorded_by": actor.subject}
    await add_agreement(conn, before, **said, **who)
    message = publish.agreement_recorded(before, member.who, agreed=agreed)
    family = await load_family(conn, before)
    after = await settle_status(conn, room, actor, before, family=family, message=message)
    await audit.record(
        conn,
        council=after.council,
        actor=actor,
        action="agreement recorded",
        subject=after.id,
        detail=["agreed" if agreed else "not agreed"],
    )
    return after, family


async def settle_status(
    conn: AsyncConnection,
    room: ReferralRoom,
    actor: Actor,
    before: Referral,
    *,
    family: Family,
    message: ReferralMessage,
) -> Referral:
    """Let the referral wait for agreement, or go on, as the family's agreement now stands."""
    now, stands = room.clock.now(), family.agreement_stands
    turn = {
        (Status.SCREENING, False): "held_for_agreement",
        (Status.AWAITING_AGREEMENT, True): "agreed_to",
    }.get((before.status, stands))
    if turn is None:
        return await save_referral(conn, before, before, message)
    status = Status(LIFE.take(before.status, turn, actor.roles))
    after = replace(before, status=status)
    after = await save_step(conn, before, after, message, may=turn, actor=actor, at=now)
    await _chase(conn, room.rules(after.council), actor, after, now, stands=stands)
    return after


async def _chase(
    conn: AsyncConnection,
    rules: CouncilRules,
    actor: Actor,
    referral: Referral,
    now: datetime,
    *,
    stands: bool,
) -> None:
    council, subject = referral.council, referral.id
    if not stands:
        due = due_after(now, rules.clocks.agreement_chase, rules)
        await set_timer(conn, council=council, kind=CHASE, subject=subject, due=due)
        return
    await cancel_timer(conn, council=council, kind=CHASE, subject=subject)
    await settle_prompts(
        conn,
        council=council,
        subject=subject,
        kind="agreement_missing",
        outcome="agreed",
        by=actor.subject,
    )
