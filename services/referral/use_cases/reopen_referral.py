"""A manager reopens a referral on challenge or new information, unless a case holds the family."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.facts import NotAllowed
from chassis.messaging.timers import set_timer
from chassis.web.identity import Actor
from councils.working_time import due_after
from services.referral.domain.life import LIFE
from services.referral.domain.referral import Referral
from services.referral.domain.status import Decision, Status
from services.referral.room import ReferralRoom
from services.referral.store.referrals import load_referral, save_step
from services.referral.store.scope import Reader


class HeldElsewhere(NotAllowed):
    """A case or social care has the family now; new information goes there."""

    slug = "held-elsewhere"
    title = "Somebody else has taken this family on, so new information goes to them"


async def reopen_referral(
    conn: AsyncConnection, room: ReferralRoom, actor: Actor, referral_id: UUID, because: str
) -> Referral:
    """Put it back into screening, and answer for the family again; `because` is a code."""
    now = room.clock.now()
    before = await load_referral(conn, Reader.of(actor), referral_id, hold=True)
    status = Status(LIFE.take(before.status, "reopened", actor.roles))
    if before.decision in (None, Decision.ACCEPTED):
        raise HeldElsewhere
    rules = room.rules(before.council)
    due = due_after(now, rules.clocks.decision, rules)
    after = replace(
        before,
        status=status,
        decision_due=due,
        decision=None,
        decided_at=None,
        decided_by=None,
        told=None,
        outcome=None,
        closed_at=None,
        released_at=None,
    )
    after = await save_step(
        conn, before, after, may="reopened", actor=actor, at=now, reason=because
    )
    await set_timer(
        conn, council=after.council, kind="decision", subject=after.id, due=after.decision_due
    )
    return after
