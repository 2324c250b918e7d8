"""Cases: found for one council only, held while a step changes them, and saved whole."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.facts import NotFound
from services.allocation.domain.case import Case
from services.allocation.domain.statuses import Status
from services.allocation.store.rows import Row, case_of, case_row, child_row, referral_row
from services.allocation.store.tables import (
    case_children,
    case_referrals,
    cases,
    closures,
    seen_by,
    step_ups,
)


async def held_case(conn: AsyncConnection, council: str, case_id: UUID) -> Case:
    """Read a case and hold it until the transaction ends.

    Raises:
        NotFound: this council has no such case.
    """
    return await _one(conn, council, case_id, hold=True)


async def read_case(conn: AsyncConnection, council: str, case_id: UUID) -> Case:
    """Read a case as it is; see `held_case` for what it raises."""
    return await _one(conn, council, case_id, hold=False)


async def open_case_of(conn: AsyncConnection, council: str, family_id: UUID) -> Case | None:
    """Hold the family's open case; None where early help does not work with the family."""
    statement = (
        select(cases)
        .where(
            seen_by(council, cases),
            cases.c.family_id == family_id,
            cases.c.status != Status.CLOSED,
        )
        .with_for_update()
    )
    row = (await conn.execute(statement)).mappings().first()
    return await _whole(conn, row) if row else None


async def case_of_referral(conn: AsyncConnection, council: str, referral_id: UUID) -> Case | None:
    """Hold the case that a referral belongs to, open or closed."""
    statement = select(case_referrals.c.case_id).where(
        seen_by(council, case_referrals), case_referrals.c.referral_id == referral_id
    )
    case_id = (await conn.execute(statement)).scalar_one_or_none()
    return await held_case(conn, council, case_id) if case_id else None


async def insert_case(conn: AsyncConnection, case: Case) -> bool:
    """Insert a case; False where the family has an open one already, which may just have begun."""
    statement = insert(cases).values(case_row(case)).on_conflict_do_nothing().returning(cases.c.id)
    if (await conn.execute(statement)).first() is None:
        return False
    await _save_parts(conn, None, case)
    return True


async def save_case(conn: AsyncConnection, before: Case, case: Case) -> None:
    """Save a case that is held."""
    row = case_row(case)
    await conn.execute(
        update(cases).where(seen_by(case.council, cases), cases.c.id == case.id).values(row)
    )
    await _save_parts(conn, before, case)


async def list_cases(
    conn: AsyncConnection,
    council: str,
    *,
    status: Status | None,
    team: str | None,
    practitioner_id: str | None,
    after: UUID | None,
    limit: int,
) -> Sequence[Row]:
    """List cases as ids and codes, oldest first; `after` is the last id of the page before."""
    statement = select(cases).where(seen_by(council, cases)).order_by(cases.c.id).limit(limit)
    if status == Status.STEP_UP_PENDING:
        statement = statement.where(cases.c.step_up_id.is_not(None))
    elif status is not None:
        statement = statement.where(cases.c.status == status, cases.c.step_up_id.is_(None))
    if team is not None:
        statement = statement.where(cases.c.team == team)
    if practitioner_id is not None:
        statement = statement.where(cases.c.practitioner_id == practitioner_id)
    if after is not None:
        statement = statement.where(cases.c.id > after)
    return (await conn.execute(statement)).mappings().all()


async def open_cases_held_by(conn: AsyncConnection, council: str, staff_id: str) -> list[UUID]:
    """List the open cases of a worker."""
    statement = select(cases.c.id).where(
        seen_by(council, cases),
        cases.c.practitioner_id == staff_id,
        cases.c.status != Status.CLOSED,
    )
    return list((await conn.execute(statement)).scalars())


async def _one(conn: AsyncConnection, council: str, case_id: UUID, *, hold: bool) -> Case:
    statement = select(cases).where(seen_by(council, cases), cases.c.id == case_id)
    if hold:
        statement = statement.with_for_update()
    row = (await conn.execute(statement)).mappings().first()
    if row is None:
        raise NotFound
    return await _whole(conn, row)


async def _whole(conn: AsyncConnection, row: Row) -> Case:
    council, case_id = row["council"], row["id"]
    referrals = (
        select(case_referrals.c.referral_id)
        .where(seen_by(council, case_referrals), case_referrals.c.case_id == case_id)
        .order_by(case_referrals.c.place)
    )
    children = (
        select(case_children)
        .where(seen_by(council, case_children), case_children.c.case_id == case_id)
        .order_by(case_children.c.place)
    )
    return case_of(
        row,
        (await conn.execute(referrals)).scalars().all(),
        (await conn.execute(children)).mappings().all(),
        await _part(conn, closures, council, row["closure_id"]),
        await _part(conn, step_ups, council, row["step_up_id"]),
    )


async def _part(conn: AsyncConnection, table: Table, council: str, id_: UUID | None) -> Row | None:
    if id_ is None:
        return None
    statement = select(table).where(seen_by(council, table), table.c.id == id_)
    return (await conn.execute(statement)).mappings().one()


async def _save_parts(conn: AsyncConnection, before: Case | None, case: Case) -> None:
    known_children = set(before.children) if before else set()
    children = [
        child_row(case, place, child)
        for place, child in enumerate(case.children)
        if child not in known_children
    ]
    if children:
        await _upsert(conn, case_children, children, ("council", "case_id", "child_id"))
    known = set(before.referral_ids) if before else set()
    referrals = [
        referral_row(case, place, each)
        for place, each in enumerate(case.referral_ids)
        if each not in known
    ]
    if referrals:
        await conn.execute(insert(case_referrals).values(referrals))


async def _upsert(
    conn: AsyncConnection, table: Table, rows: list[dict[str, Any]], key: tuple[str, ...]
) -> None:
    statement = insert(table).values(rows)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in key}
    await conn.execute(statement.on_conflict_do_update(index_elements=key, set_=changed))
