"""What was decided and diverted, in the deciders' own words."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row, exists, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clocks import new_id
from services.referral.domain.decide import Deciding
from services.referral.domain.divert import Diverting
from services.referral.domain.referral import Referral
from services.referral.domain.status import Decision
from services.referral.store.tables import decisions, diversions, referrals


async def add_decision(conn: AsyncConnection, referral: Referral, deciding: Deciding) -> None:
    """Keep a decision with what it rests on."""
    said = {name: value for name, value in asdict(deciding).items() if value is not None}
    await conn.execute(
        insert(decisions).values(
            council=referral.council,
            id=new_id(),
            referral_id=referral.id,
            decision=deciding.decision,
            pathway=deciding.pathway,
            level=deciding.level,
            said=said,
            decided_at=referral.decided_at,
            decided_by=referral.decided_by,
        )
    )


async def add_diversion(
    conn: AsyncConnection, referral: Referral, diverting: Diverting, by: str
) -> None:
    """Keep why a referral was diverted to safeguarding."""
    row = {"council": referral.council, "id": new_id(), "referral_id": referral.id}
    await conn.execute(insert(diversions).values(row | asdict(diverting) | {"diverted_by": by}))


async def decisions_of(conn: AsyncConnection, referral: Referral) -> Sequence[Row[Any]]:
    """Read what was decided of a referral, the first decision first."""
    statement = select(decisions).where(
        decisions.c.council == referral.council, decisions.c.referral_id == referral.id
    )
    return (await conn.execute(statement.order_by(decisions.c.id))).all()


async def diversions_of(conn: AsyncConnection, referral: Referral) -> Sequence[Row[Any]]:
    """Read when and why a referral was diverted."""
    statement = select(diversions).where(
        diversions.c.council == referral.council, diversions.c.referral_id == referral.id
    )
    return (await conn.execute(statement.order_by(diversions.c.id))).all()


async def accepted_before(conn: AsyncConnection, referral: Referral) -> bool:
    """Read whether early help took this family on before."""
    earlier = select(
        exists().where(
            referrals.c.council == referral.council,
            referrals.c.family_id == referral.family_id,
            referrals.c.id != referral.id,
            referrals.c.decision == Decision.ACCEPTED,
        )
    )
    return bool((await conn.execute(earlier)).scalar())
