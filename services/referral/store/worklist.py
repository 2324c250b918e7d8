"""The desk's worklist: danger first, then the child who goes home soonest, then what is due."""

from collections.abc import Sequence

from sqlalchemy import and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.referral.domain.referral import Referral
from services.referral.domain.status import UNDECIDED, Status
from services.referral.store.referrals import COLUMNS, referral_in
from services.referral.store.scope import Reader, seen_by
from services.referral.store.tables import referrals


async def open_referrals(
    conn: AsyncConnection, reader: Reader, status: Status | None, limit: int
) -> Sequence[Referral]:
    """Read what is open, or what stands at one status, in the order in which it matters."""
    c = referrals.c
    wanted = c.status != Status.CLOSED if status is None else c.status == status
    undecided = c.status.in_(UNDECIDED)
    statement = (
        select(*COLUMNS)
        .where(seen_by(reader, referrals), wanted)
        .order_by(
            case((and_(c.danger, undecided), 0), else_=1),
            case((undecided, 0), else_=1),
            case((undecided, c.child_goes_home_at)).asc().nulls_last(),
            func.coalesce(c.decided_at, c.screening_due),
            c.id,
        )
        .limit(limit)
    )
    return [referral_in(row) for row in await conn.execute(statement)]
