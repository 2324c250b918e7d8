"""What was told about a family: as far as it could be read, and as sent where it could not."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clocks import new_id
from services.referral.domain.referral import Referral
from services.referral.store.tables import accounts


async def add_account(
    conn: AsyncConnection,
    referral: Referral,
    *,
    occasion: str,
    at: datetime,
    by: str,
    danger: bool,
    told: dict[str, Any],
    missing: Sequence[dict[str, str]] = (),
    as_sent: bytes | None = None,
) -> None:
    """Keep what somebody told."""
    await conn.execute(
        insert(accounts).values(
            council=referral.council,
            id=new_id(),
            referral_id=referral.id,
            occasion=occasion,
            told_at=at,
            told_by=by,
            danger=danger,
            told=told,
            missing=list(missing),
            as_sent=as_sent,
        )
    )


async def accounts_of(
    conn: AsyncConnection, council: str, referral_ids: Sequence[UUID]
) -> Sequence[Row[Any]]:
    """Read what was told of these referrals, in the order in which it was."""
    statement = (
        select(accounts)
        .where(accounts.c.council == council, accounts.c.referral_id.in_(referral_ids))
        .order_by(accounts.c.id)
    )
    return (await conn.execute(statement)).all()
