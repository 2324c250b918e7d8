"""Reads and writes handovers; every read names the council that it is for."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.facts import NotFound
from contracts.codes import ParentsInformed
from contracts.handover import DeclinedReason, HandoverOrigin
from services.handover.domain.handover import Handover
from services.handover.domain.kinds import AcknowledgedHow, CancelledReason, NotJointReason
from services.handover.domain.statuses import Status
from services.handover.store.tables import handovers

COLUMNS = tuple(field.name for field in fields(Handover))
CODES: Mapping[str, type[StrEnum]] = {
    "origin": HandoverOrigin,
    "status": Status,
    "parents_informed": ParentsInformed,
    "acknowledged_how": AcknowledgedHow,
    "declined_reason": DeclinedReason,
    "not_joint_reason": NotJointReason,
    "cancelled_reason": CancelledReason,
}
TUPLES = ("referral_ids", "child_ids", "factors")
MOST_LISTED = 200


@dataclass(frozen=True)
class Reader:
    """Who reads: a council, and whether from the receiving side, which sees what has left."""

    council: str
    receiving: bool = False


def _for(reader: Reader) -> ColumnElement[bool]:
    """Scope every read: the empty council is nobody's, and what has not left is not shared."""
    theirs = and_(handovers.c.council == reader.council, handovers.c.council != "")
    if not reader.receiving:
        return theirs
    return and_(theirs, or_(handovers.c.urgent, handovers.c.authorised_by.is_not(None)))


def _read(row: Row[Any]) -> Handover:
    values = {name: getattr(row, name) for name in COLUMNS}
    for name, code in CODES.items():
        values[name] = None if values[name] is None else code(values[name])
    for name in TUPLES:
        values[name] = tuple(values[name])
    return Handover(**values)


def _written(handover: Handover) -> dict[str, Any]:
    values = {name: getattr(handover, name) for name in COLUMNS}
    for name in TUPLES:
        values[name] = list(values[name])
    return values


async def one_handover(
    conn: AsyncConnection, reader: Reader, handover_id: UUID, *, hold: bool = False
) -> Handover:
    """Read one handover; `hold` keeps it until the transaction ends.

    Raises:
        NotFound: There is none of that id for this reader.
    """
    statement = select(handovers).where(_for(reader), handovers.c.id == handover_id)
    row = (await conn.execute(statement.with_for_update() if hold else statement)).first()
    if row is None:
        raise NotFound
    return _read(row)


async def open_of_origin(
    conn: AsyncConnection, council: str, origin: HandoverOrigin, origin_id: UUID
) -> Handover | None:
    """Read and hold the one open handover of a case or a referral, if there is one.

    Two openers of the same origin take turns, so that the second one sees the first.
    """
    turn = func.pg_advisory_xact_lock(func.hashtextextended(f"{council}:{origin_id}", 0))
    await conn.execute(select(turn))
    statement = select(handovers).where(
        _for(Reader(council)),
        handovers.c.origin == origin,
        handovers.c.origin_id == origin_id,
        handovers.c.ended_at.is_(None),
    )
    row = (await conn.execute(statement.with_for_update())).first()
    return _read(row) if row else None


async def listed_handovers(
    conn: AsyncConnection, reader: Reader, *, origin_id: UUID | None, only_open: bool
) -> list[Handover]:
    """List a reader's handovers: the urgent first, by when a person must answer."""
    statement = select(handovers).where(_for(reader))
    if origin_id is not None:
        statement = statement.where(handovers.c.origin_id == origin_id)
    if only_open:
        statement = statement.where(handovers.c.ended_at.is_(None))
    statement = statement.order_by(
        handovers.c.ended_at.is_not(None),
        handovers.c.urgent.desc(),
        handovers.c.alarm_due.nulls_last(),
        handovers.c.opened_at.desc(),
    )
    return [_read(row) for row in await conn.execute(statement.limit(MOST_LISTED))]


async def add_handover(conn: AsyncConnection, handover: Handover) -> None:
    """Write a new handover."""
    await conn.execute(insert(handovers).values(_written(handover)))


async def save_handover(conn: AsyncConnection, handover: Handover) -> None:
    """Write a handover that was read and held in this transaction."""
    await conn.execute(
        update(handovers)
        .where(_for(Reader(handover.council)), handovers.c.id == handover.id)
        .values(_written(handover))
    )
