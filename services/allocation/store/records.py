"""The records on a case: written with the step they belong to, read for who may read them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Table, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.allocation.domain.case import Case
from services.allocation.store.rows import Row
from services.allocation.store.tables import agreements, allocations, seen_by, step_ups

MADE_URGENT = "made_urgent"
"""What came of a planned step-up that an urgent one overtook; the handover goes on with that."""


async def add_record(conn: AsyncConnection, table: Table, case: Case, **values: Any) -> None:
    """Write one record on a case."""
    row = {"council": case.council, "case_id": case.id, **values}
    await conn.execute(insert(table).values(row))


async def settle_record(
    conn: AsyncConnection, table: Table, case: Case, record_id: UUID, **values: Any
) -> None:
    """Note what came of a proposal."""
    which = (seen_by(case.council, table), table.c.case_id == case.id, table.c.id == record_id)
    await conn.execute(update(table).where(*which).values(**values))


async def records(
    conn: AsyncConnection, table: Table, council: str, case_id: UUID, *, limit: int | None = 200
) -> Sequence[Row]:
    """Read the records on a case, the latest first."""
    statement = (
        select(table)
        .where(seen_by(council, table), table.c.case_id == case_id)
        .order_by(table.c.id.desc())
        .limit(limit)
    )
    return (await conn.execute(statement)).mappings().all()


async def limits_gone_against(
    conn: AsyncConnection, council: str, *, limit: int = 200
) -> Sequence[Row]:
    """Read a council's latest allocations that went against a limit."""
    statement = (
        select(allocations)
        .where(seen_by(council, allocations), func.cardinality(allocations.c.went_against) > 0)
        .order_by(allocations.c.id.desc())
        .limit(limit)
    )
    return (await conn.execute(statement)).mappings().all()


async def note_agreement(
    conn: AsyncConnection, council: str, *, family_id: UUID, person_id: UUID, agreed: bool
) -> None:
    """Keep the projected yes or no of one person; the referral service owns the agreement."""
    statement = insert(agreements).values(
        council=council, family_id=family_id, person_id=person_id, agreed=agreed
    )
    await conn.execute(
        statement.on_conflict_do_update(
            index_elements=["council", "family_id", "person_id"],
            set_={"agreed": statement.excluded.agreed},
        )
    )


async def known_agreement(conn: AsyncConnection, council: str, family_id: UUID) -> dict[UUID, bool]:
    """Give what is known here of who in a family said yes or no."""
    statement = select(agreements.c.person_id, agreements.c.agreed).where(
        seen_by(council, agreements), agreements.c.family_id == family_id
    )
    return {row.person_id: row.agreed for row in await conn.execute(statement)}


async def settled_handover(conn: AsyncConnection, council: str, handover_id: UUID) -> str | None:
    """Tell how this handover ended, where its end is known already."""
    statement = select(step_ups.c.outcome).where(
        seen_by(council, step_ups),
        step_ups.c.handover_id == handover_id,
        step_ups.c.outcome.is_not(None),
    )
    return (await conn.execute(statement)).scalar()
