"""The inbox: what a consumer group has seen, so that a message takes effect once."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnClause,
    DateTime,
    Index,
    Table,
    Text,
    Uuid,
    bindparam,
    delete,
    func,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import metadata

inbox = Table(
    "inbox",
    metadata,
    Column("group_name", Text, primary_key=True),
    Column("ce_id", Uuid, primary_key=True),
    Column("seen_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Index("ix_inbox_seen", "seen_at", postgresql_using="brin"),
)

_CLAIM = (
    insert(inbox)
    .from_select(
        ["group_name", "ce_id"],
        select(bindparam("group", type_=Text), func.unnest(bindparam("ids", type_=ARRAY(Uuid)))),
        include_defaults=False,
    )
    .on_conflict_do_nothing()
    .returning(inbox.c.ce_id)
)


async def claim(conn: AsyncConnection, group: str, ids: Sequence[UUID]) -> set[UUID]:
    """Write ids as seen by a group, in one statement, and give those it had not seen before.

    Where another transaction is about to claim one of them, this waits for it: two consumers
    that both hold a partition for a moment do its work once, in order.
    """
    found = await conn.execute(_CLAIM, {"group": group, "ids": list(ids)})
    return set(found.scalars())


async def forget_seen(conn: AsyncConnection, older_than: timedelta, at_most: int = 10_000) -> int:
    """Forget what was seen long ago; keep more than the longest retention of a topic.

    Returns:
        how many rows went; call again while it is `at_most`.
    """
    ctid: ColumnClause[str] = literal_column("ctid")
    old = select(ctid).select_from(inbox).where(inbox.c.seen_at < func.now() - older_than)
    gone = await conn.execute(delete(inbox).where(ctid.in_(old.limit(at_most).scalar_subquery())))
    return gone.rowcount
