"""Allocation holds the family from here: the front door lets go of it, and not before."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import audit
from chassis.web.identity import Actor
from contracts.referral import ReferralOutcome
from services.referral.room import ReferralRoom
from services.referral.store.referrals import load_referral, save_referral
from services.referral.store.scope import Reader


async def release_to_case(
    conn: AsyncConnection,
    room: ReferralRoom,
    actor: Actor,
    referral_id: UUID,
    case_id: UUID,
    *,
    joined: bool = False,
) -> None:
    """Note the case that answers for the family now; `joined` says it was open before."""
    before = await load_referral(conn, Reader.of(actor), referral_id, hold=True)
    after = replace(
        before,
        case_id=case_id,
        released_at=before.released_at or room.clock.now(),
        outcome=ReferralOutcome.ADDED_TO_WORK_IN_HAND if joined else before.outcome,
    )
    await save_referral(conn, before, after)
    action = "family released to case"
    await audit.record(conn, council=after.council, actor=actor, action=action, subject=after.id)
