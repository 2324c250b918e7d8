"""The outbox: messages are rows of the same commit as the work they tell of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    Uuid,
    insert,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import UserDefinedType

from chassis.clocks import new_id, wall_now
from chassis.database import metadata
from chassis.telemetry import current_traceparent
from contracts.envelope import Message

LARGEST_BODY = 64 * 1024
"""Bytes. Events are thin; an oversized one would fail alike on every retry and stall the relay."""


class Xid8(UserDefinedType[str]):
    """PostgreSQL's 64-bit transaction id, which never wraps within one cluster."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Name the column's type."""
        return "xid8"


NEVER_BEFORE = """
greatest(
    pg_current_xact_id(),
    (pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1)::text::xid8
)
"""
"""A row's own transaction, or the latest that had ended when the row was said, if that is later.

A transaction gets its id at its first write, and may then wait for a key's row: what it says of
the key must not sort before what was said by the one it waited for.
"""

outbox = Table(
    "outbox",
    metadata,
    Column("seq", BigInteger, Identity(always=True), nullable=False),
    Column("epoch", SmallInteger, nullable=False, server_default="0"),
    Column("tx", Xid8, nullable=False, server_default=text(NEVER_BEFORE)),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("ce_id", Uuid, nullable=False),
    Column("topic", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("council", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("family", Uuid, nullable=True),
    Column("time", DateTime(timezone=True), nullable=False),
    Column("traceparent", Text, nullable=True),
    Column("body", LargeBinary, nullable=False),
    Index("ix_outbox_order", "epoch", "tx", "seq"),
    postgresql_partition_by="RANGE (created_at)",
)

outbox_cursor = Table(
    "outbox_cursor",
    metadata,
    Column("shard", SmallInteger, primary_key=True),
    Column("epoch", SmallInteger, nullable=False),
    Column("tx", Xid8, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("day", DateTime(timezone=True), nullable=False),
    Column("owner", Uuid, nullable=True),
    Column("cluster", Text, nullable=True),
)


class OversizedMessage(Exception):  # noqa: N818 - named for the fact
    """A message is larger than LARGEST_BODY: it is not thin, and its writer must change."""


@dataclass(frozen=True)
class Outgoing:
    """A message about to be said: what, for which council, and its place in the aggregate."""

    message: Message
    council: str
    sequence: int
    time: datetime = field(default_factory=wall_now)

    def row(self) -> Mapping[str, Any]:
        """Give the outbox row, for `say` or for a use case's one `save_...` statement."""
        body = self.message.model_dump_json().encode()
        if len(body) > LARGEST_BODY:
            raise OversizedMessage(self.message.TYPE)
        return {
            "ce_id": new_id(),
            "topic": self.message.TOPIC,
            "key": self.message.subject,
            "type": self.message.TYPE,
            "council": self.council,
            "sequence": self.sequence,
            "family": getattr(self.message, "family_id", None),
            "time": self.time,
            "traceparent": current_traceparent(),
            "body": body,
        }


async def say(conn: AsyncConnection, *outgoing: Outgoing) -> None:
    """Write messages into the outbox, within the caller's transaction.

    They leave after the commit, in this order; nothing else may publish. The row that orders a
    key's messages is locked by an earlier statement than this one: a row locked by the same
    statement could have been waited for after `NEVER_BEFORE` had looked.
    """
    if outgoing:
        await conn.execute(insert(outbox), [dict(each.row()) for each in outgoing])
