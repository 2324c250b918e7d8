"""A manager releases a family's whereabouts, having spoken with the survivor's worker."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import audit
from chassis.facts import NotAllowed
from chassis.web.identity import Actor
from services.referral.store.accounts import add_account
from services.referral.store.families import lift_restriction
from services.referral.store.referrals import load_referral
from services.referral.store.scope import Reader

RELEASED = "restriction_released"


class NotRestricted(NotAllowed):
    """Nobody restricted where this family is, or it was released before."""

    slug = "not-restricted"
    title = "This family's whereabouts are not restricted"


async def release_restriction(
    conn: AsyncConnection,
    actor: Actor,
    referral_id: UUID,
    *,
    at: datetime,
    spoken_with: str,
    reason: str,
) -> list[UUID]:
    """Release them in every referral of the family, and tell in which they were restricted.

    Raises:
        NotFound: There is no such referral for this reader.
        NotRestricted: There is nothing to release.
    """
    referral = await load_referral(conn, Reader.of(actor), referral_id, hold=True)
    lifted = await lift_restriction(conn, referral)
    if not lifted:
        raise NotRestricted
    told = {"spoken_with": spoken_with, "reason": reason}
    by = actor.subject
    await add_account(conn, referral, occasion=RELEASED, at=at, by=by, danger=False, told=told)
    for each in lifted:
        action = "restriction released"
        await audit.record(conn, council=referral.council, actor=actor, action=action, subject=each)
    return lifted
