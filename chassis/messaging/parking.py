"""Parking: what cannot be handled now is kept in a table, in order, and never blocks the rest.

A key with a parked message has a row in `parked_key`. Consumers share its lock while they park
behind it and a replayer owns it, so nothing slips past the line in between.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    bindparam,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import metadata
from chassis.facts import Fact
from chassis.messaging.arrivals import Arrival, Unreadable, pack_headers
from chassis.messaging.inbox import claim

parked = Table(
    "parked",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("group_name", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("partition", Integer, nullable=False),
    Column("record_offset", BigInteger, nullable=False),
    Column("timestamp_ms", BigInteger, nullable=False),
    Column("key", LargeBinary, nullable=True),
    Column("value", LargeBinary, nullable=True),
    Column("headers", LargeBinary, nullable=False),
    Column("ce_id", Uuid, nullable=True),
    Column("ce_type", Text, nullable=True),
    Column("council", Text, nullable=True),
    Column("reason", Text, nullable=False),
    Column("detail", ARRAY(Text), nullable=False, server_default="{}"),
    Column("fact", Text, nullable=True),
    Column("parked_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("ready_at", DateTime(timezone=True), nullable=True),
    Column("discarded_at", DateTime(timezone=True), nullable=True),
    Column("discarded_by", Text, nullable=True),
    Column("discarded_why", Text, nullable=True),
    Index(
        "uq_parked_unread",
        "group_name",
        "topic",
        "partition",
        "record_offset",
        "timestamp_ms",
        unique=True,
        postgresql_where=text("ce_id IS NULL"),
    ),
    Index(
        "ix_parked_line",
        "group_name",
        "topic",
        "key",
        "number",
        postgresql_where=text("discarded_at IS NULL"),
    ),
    Index(
        "ix_parked_ready",
        "group_name",
        "ready_at",
        postgresql_where=text("ready_at IS NOT NULL"),
    ),
    Index("ix_parked_fact", "fact", postgresql_where=text("fact IS NOT NULL")),
)

parked_key = Table(
    "parked_key",
    metadata,
    Column("group_name", Text, primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("key", LargeBinary, primary_key=True),
    Column("since", DateTime(timezone=True), nullable=False, server_default=text("now()")),
)

BEHIND = "behind-parked"
WAITS = "waits-for-fact"


_ARRIVED = (
    update(parked)
    .where(parked.c.fact.in_(bindparam("facts", expanding=True)), parked.c.discarded_at.is_(None))
    .values(ready_at=func.now(), tries=0)
)
_HELD = (
    select(parked_key.c.key)
    .where(
        parked_key.c.group_name == bindparam("group"),
        parked_key.c.topic == bindparam("topic"),
        parked_key.c.key == func.any(bindparam("keys", type_=ARRAY(LargeBinary))),
    )
    .with_for_update(read=True)
)


class WaitsForFact(Exception):  # noqa: N818 - named for the fact
    """What this message builds on is not here yet, e.g. "thing:<id>"; it is tried again then."""

    def __init__(self, fact: str) -> None:
        """Name the awaited fact: a kind, a colon and an id."""
        super().__init__(fact)
        self.fact = fact


@dataclass(frozen=True)
class Reason:
    """Why a message is parked: a slug, codes that narrow it, and the fact it waits for."""

    slug: str
    detail: tuple[str, ...] = ()
    fact: str | None = None

    @classmethod
    def of(cls, error: BaseException) -> "Reason":
        """Name the reason in an error, without any value that the error's own text may hold."""
        if isinstance(error, WaitsForFact):
            return cls(WAITS, fact=error.fact)
        if isinstance(error, Unreadable):
            return cls(error.slug, error.detail)
        if isinstance(error, Fact):
            return cls(error.slug)
        if isinstance(error, DBAPIError):
            diag = getattr(error.orig, "diag", None)
            codes = (type(error.orig).__name__, getattr(diag, "constraint_name", None))
            return cls("database-refused", tuple(code for code in codes if code))
        return cls("handler-failed", (type(error).__name__,))


async def fact_arrived(conn: AsyncConnection, *facts: str) -> None:
    """Say, in the transaction that establishes facts, that what waits for them may go on.

    A message that is being parked at this very moment is not seen here; it is tried again soon
    and ever more seldom on its own, so it cannot wait for ever.
    """
    await conn.execute(_ARRIVED, {"facts": facts})


async def held_keys(
    conn: AsyncConnection, group: str, topic: str, keys: Collection[bytes]
) -> set[bytes]:
    """Tell which keys have a parked message, and keep a replayer from them until the commit."""
    if not keys:
        return set()
    found = await conn.execute(_HELD, {"group": group, "topic": topic, "keys": list(keys)})
    return {bytes(key) for key in found.scalars()}


async def park(conn: AsyncConnection, group: str, arrival: Arrival, reason: Reason) -> bool:
    """Park a message and hold its key; False where the group has seen it before."""
    envelope = arrival.envelope
    if envelope is not None and not await claim(conn, group, [envelope.id]):
        return False
    if not await _insert(conn, group, [arrival], reason):
        return False
    if arrival.record.key is not None:
        await _hold_key(conn, group, arrival.record.topic, arrival.record.key)
    return True


async def park_behind(conn: AsyncConnection, group: str, arrivals: Sequence[Arrival]) -> None:
    """Park messages behind an earlier one of their key; the caller has its lock and their claim."""
    if arrivals:
        await _insert(conn, group, arrivals, Reason(BEHIND))


async def _insert(
    conn: AsyncConnection, group: str, arrivals: Sequence[Arrival], reason: Reason
) -> int:
    rows = [_row(group, arrival, reason) for arrival in arrivals]
    statement = insert(parked).values(rows).on_conflict_do_nothing().returning(parked.c.number)
    return len((await conn.execute(statement)).all())


def _row(group: str, arrival: Arrival, reason: Reason) -> dict[str, object]:
    record, envelope = arrival.record, arrival.envelope
    return {
        "group_name": group,
        "topic": record.topic,
        "partition": record.partition,
        "record_offset": record.offset,
        "timestamp_ms": record.timestamp,
        "key": record.key,
        "value": record.value,
        "headers": pack_headers(record.headers),
        "ce_id": envelope.id if envelope else None,
        "ce_type": envelope.type if envelope else None,
        "council": envelope.council if envelope else None,
        "reason": reason.slug,
        "detail": list(reason.detail),
        "fact": reason.fact,
        "ready_at": func.now() if reason.fact else None,
    }


async def _hold_key(conn: AsyncConnection, group: str, topic: str, key: bytes) -> None:
    hold = insert(parked_key).values(group_name=group, topic=topic, key=key)
    same = {"since": parked_key.c.since}
    await conn.execute(hold.on_conflict_do_update(constraint=parked_key.primary_key, set_=same))
