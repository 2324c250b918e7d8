"""Workers and what they hold: limits, duty weeks, absences, and the load counted from cases."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.facts import NotFound
from councils.rules import CouncilRules
from services.allocation.domain.capacity import Load, Practitioner, Span
from services.allocation.domain.statuses import Status
from services.allocation.store.tables import cases, practitioners, seen_by


class NoSuchWorker(NotFound):
    """The council has no worker of this id (404)."""

    slug = "no-such-worker"
    title = "There is no worker with this id here"


async def save_worker(conn: AsyncConnection, council: str, worker: Practitioner) -> None:
    """Write a worker, new or changed."""
    row = asdict(worker) | {
        "council": council,
        "duty_weeks": [_days(span) for span in worker.duty_weeks],
        "away": [_days(span) for span in worker.away],
    }
    statement = insert(practitioners).values(row)
    changed = {name: statement.excluded[name] for name in row if name != "council"}
    await conn.execute(
        statement.on_conflict_do_update(index_elements=["council", "staff_id"], set_=changed)
    )


async def find_worker(conn: AsyncConnection, council: str, staff_id: str) -> Practitioner | None:
    """Read a worker, if the council has one of this id."""
    statement = select(practitioners).where(
        seen_by(council, practitioners), practitioners.c.staff_id == staff_id
    )
    row = (await conn.execute(statement)).mappings().first()
    return _worker(row) if row else None


async def held_worker(conn: AsyncConnection, council: str, staff_id: str) -> Practitioner:
    """Read a worker and hold the row, so that two allocations count one after the other.

    Raises:
        NoSuchWorker: the council has none of this id.
    """
    statement = (
        select(practitioners)
        .where(seen_by(council, practitioners), practitioners.c.staff_id == staff_id)
        .with_for_update()
    )
    row = (await conn.execute(statement)).mappings().first()
    if row is None:
        raise NoSuchWorker
    return _worker(row)


async def list_workers(conn: AsyncConnection, council: str) -> list[Practitioner]:
    """List the council's workers."""
    statement = (
        select(practitioners)
        .where(seen_by(council, practitioners))
        .order_by(practitioners.c.staff_id)
    )
    return [_worker(row) for row in (await conn.execute(statement)).mappings()]


async def loads(
    conn: AsyncConnection, council: str, rules: CouncilRules, *, besides: object = None
) -> dict[str, Load]:
    """Count what each worker holds in open cases, leaving out the case `besides`."""
    weights = {pathway.code: pathway.weight for pathway in rules.pathways}
    statement = (
        select(
            cases.c.practitioner_id,
            cases.c.pathway,
            func.count(),
            func.coalesce(func.sum(cases.c.people), 0),
        )
        .where(
            seen_by(council, cases),
            cases.c.status != Status.CLOSED,
            cases.c.practitioner_id.is_not(None),
            cases.c.id.is_distinct_from(besides),
        )
        .group_by(cases.c.practitioner_id, cases.c.pathway)
    )
    found: dict[str, Load] = {}
    for staff_id, pathway, families, people in await conn.execute(statement):
        held = found.get(staff_id, Load())
        found[staff_id] = Load(
            held.families + families,
            held.people + people,
            held.weight + families * weights.get(pathway, 0),
        )
    return found


def _days(span: Span) -> dict[str, str]:
    return {"from": span.first.isoformat(), "to": span.last.isoformat()}


def _span(days: Mapping[str, str]) -> Span:
    return Span(date.fromisoformat(days["from"]), date.fromisoformat(days["to"]))


def _worker(row: Mapping[Any, Any]) -> Practitioner:
    told = {name: row[name] for name in Practitioner.__dataclass_fields__}
    told["duty_weeks"] = tuple(_span(days) for days in row["duty_weeks"])
    told["away"] = tuple(_span(days) for days in row["away"])
    return Practitioner(**told)
