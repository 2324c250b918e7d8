"""The referrer has been told, or rightly is not: then nothing more is owed on the referral."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.web.identity import Actor
from contracts.notifications import Milestone
from contracts.referral import ReferralOutcome
from services.referral import publish
from services.referral.domain.closing import outcome_of, settles
from services.referral.domain.life import LIFE
from services.referral.domain.outward import TOLD
from services.referral.domain.referral import Referral
from services.referral.domain.status import Decision, Status
from services.referral.room import ReferralRoom
from services.referral.store.referrals import load_referral, save_referral, save_step
from services.referral.store.scope import Reader


async def notice_settled(
    conn: AsyncConnection,
    room: ReferralRoom,
    actor: Actor,
    referral_id: UUID,
    milestone: Milestone,
    *,
    told: bool,
    answered: bool = True,
) -> None:
    """Note that a notice is settled, and close the referral if it was the decision's.

    A notice that another took the place of has not `answered`: the other closes it.
    """
    before = await load_referral(conn, Reader.of(actor), referral_id, hold=True)
    heard = replace(
        before,
        told=milestone if told and milestone in TOLD else before.told,
        unsettled=None if before.unsettled is milestone else before.unsettled,
    )
    if not (answered and before.status is Status.DECIDED and settles(before, milestone)):
        await save_referral(conn, before, heard)
        return
    now = room.clock.now()
    after = _closed(heard, actor, now)
    message = publish.closed(after, after.outcome or ReferralOutcome.UNKNOWN)
    await save_step(conn, before, after, message, may="closed", actor=actor, at=now)


def _closed(referral: Referral, actor: Actor, now: datetime) -> Referral:
    """Close it. Only a case releases an accepted family; otherwise nobody is held any more."""
    accepted = referral.decision is Decision.ACCEPTED
    return replace(
        referral,
        status=Status(LIFE.take(referral.status, "closed", actor.roles)),
        outcome=outcome_of(referral),
        closed_at=now,
        released_at=referral.released_at if accepted else now,
    )


async def notice_unsettled(
    conn: AsyncConnection, actor: Actor, referral_id: UUID, milestone: Milestone
) -> None:
    """Show that the referrer still waits for a word; notifications asks a manager itself."""
    before = await load_referral(conn, Reader.of(actor), referral_id, hold=True)
    await save_referral(conn, before, replace(before, unsettled=milestone))
