"""What became of a diversion: social care has the family, or it comes back to the desk."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.messaging.timers import set_timer
from chassis.prompts import raise_prompt, settle_prompts
from chassis.web.identity import Actor
from contracts.referral import ReferralOutcome
from contracts.roles import Role
from councils.working_time import due_after
from services.referral import publish
from services.referral.domain.life import LIFE
from services.referral.domain.referral import Referral
from services.referral.domain.status import Status
from services.referral.room import ReferralRoom
from services.referral.store.referrals import load_referral, save_step
from services.referral.store.scope import Reader

COPIED = "diverted_to_safeguarding"


async def handed_over(
    conn: AsyncConnection, room: ReferralRoom, actor: Actor, referral_id: UUID
) -> None:
    """Close a diverted referral: the receiving worker is named and answers for the family."""
    now = room.clock.now()
    before = await load_referral(conn, Reader.of(actor), referral_id, hold=True)
    after = replace(
        before,
        status=Status(LIFE.take(before.status, "closed", actor.roles)),
        outcome=ReferralOutcome.DIVERTED,
        closed_at=now,
        released_at=now,
    )
    message = publish.closed(after, ReferralOutcome.DIVERTED)
    after = await save_step(conn, before, after, message, may="closed", actor=actor, at=now)
    await _settle_copy(conn, after, "handed_over", actor)


async def handed_back(
    conn: AsyncConnection, room: ReferralRoom, actor: Actor, referral_id: UUID, kind: str
) -> None:
    """Take a referral back into screening, with its clock, and ask a manager to look at it."""
    now = room.clock.now()
    before = await load_referral(conn, Reader.of(actor), referral_id, hold=True)
    rules = room.rules(before.council)
    status = Status(LIFE.take(before.status, "handed_back", actor.roles))
    due = due_after(now, rules.clocks.decision, rules)
    after = replace(before, status=status, decision_due=due)
    after = await save_step(
        conn, before, after, may="handed_back", actor=actor, at=now, reason=kind
    )
    await _settle_copy(conn, after, "handed_back", actor)
    council, subject = after.council, after.id
    await set_timer(conn, council=council, kind="decision", subject=subject, due=due)
    await raise_prompt(
        conn,
        council=council,
        kind=kind,
        subject=subject,
        role=Role.DUTY_MANAGER,
        due=due,
        urgent=True,
    )


async def _settle_copy(
    conn: AsyncConnection, referral: Referral, outcome: str, actor: Actor
) -> None:
    await settle_prompts(
        conn,
        council=referral.council,
        subject=referral.id,
        kind=COPIED,
        outcome=outcome,
        by=actor.subject,
    )
