"""The relay's place in the outbox: read what has surely been committed, keep the place, fenced."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

READ = """
SELECT epoch, tx, seq, created_at, ce_id::text, topic, key, type, council, sequence::text,
       family::text, time, traceparent, body
  FROM outbox
 WHERE (epoch, tx, seq) > (%(epoch)s::smallint, %(tx)s::text::xid8, %(seq)s::bigint)
   AND (epoch < (SELECT max(epoch) FROM outbox_epoch)
        OR tx < pg_snapshot_xmin(pg_current_snapshot()))
   AND created_at >= %(day)s::timestamptz - interval '1 day'
   AND created_at < now() + interval '1 day'
 ORDER BY epoch, tx, seq
 LIMIT %(limit)s
"""

BEHIND = """
SELECT count(*), min(created_at) FROM (
  SELECT o.created_at FROM outbox o, outbox_cursor c
   WHERE c.shard = 0 AND (o.epoch, o.tx, o.seq) > (c.epoch, c.tx, c.seq)
     AND o.created_at >= c.day - interval '1 day'
   ORDER BY o.epoch, o.tx, o.seq LIMIT 10000) AS unpublished
"""
"""How many rows wait (10,000 at most are counted) and the age of the oldest of them."""

TAKE = """
UPDATE outbox_cursor SET owner = %(owner)s, cluster = coalesce(cluster, %(cluster)s)
 WHERE shard = %(shard)s RETURNING epoch, tx::text, seq, day, cluster
"""

KEEP = """
UPDATE outbox_cursor SET epoch = %(epoch)s, tx = %(tx)s::text::xid8, seq = %(seq)s, day = %(day)s
 WHERE shard = %(shard)s AND owner = %(owner)s
"""

CLUSTER = "SELECT system_identifier::text FROM pg_control_system()"


class AnotherRelayTookOver(Exception):  # noqa: N818 - named for the fact
    """The fence held: another process owns this cursor now."""


class RestoredElsewhere(Exception):  # noqa: N818 - named for the fact
    """The database was restored into another cluster, whose transaction ids start again.

    Run `python -m services.<name> restored` once before the service goes on.
    """


@dataclass(frozen=True)
class Place:
    """Everything up to and including this row is in Kafka."""

    epoch: int
    tx: int
    seq: int
    day: datetime


async def take(conn: psycopg.AsyncConnection[Any], shard: int, owner: UUID) -> Place:
    """Become the owner of a shard's cursor.

    Raises:
        RestoredElsewhere: the cursor was last moved in another PostgreSQL cluster.
    """
    here = (await (await conn.execute(CLUSTER)).fetchone() or ("",))[0]
    given = {"shard": shard, "owner": owner, "cluster": here}
    row = await (await conn.execute(TAKE, given)).fetchone()
    if row is None:
        message = "The outbox has no cursor; run `migrate` first."
        raise RuntimeError(message)
    epoch, tx, seq, day, cluster = row
    if cluster != here:
        raise RestoredElsewhere
    return Place(epoch, int(tx), seq, day)


async def read(
    conn: psycopg.AsyncConnection[Any], place: Place, limit: int
) -> list[tuple[Any, ...]]:
    """Read the rows after `place`, in the order of their commits' transaction ids.

    Rows of transactions that may still be running, and any after them, stay for later: ids
    commit out of order, so "greater than the last seen" alone would lose some.
    """
    given = {
        "epoch": place.epoch,
        "tx": str(place.tx),
        "seq": place.seq,
        "day": place.day,
        "limit": limit,
    }
    async with conn.cursor(binary=True) as cursor:
        await cursor.execute(READ, given)
        return await cursor.fetchall()


async def keep(conn: psycopg.AsyncConnection[Any], shard: int, owner: UUID, place: Place) -> None:
    """Move the cursor.

    Raises:
        AnotherRelayTookOver: this process is no longer the owner.
    """
    given = {
        "shard": shard,
        "owner": owner,
        "epoch": place.epoch,
        "tx": str(place.tx),
        "seq": place.seq,
        "day": place.day,
    }
    cursor = await conn.execute(KEEP, given)
    if cursor.rowcount != 1:
        raise AnotherRelayTookOver


def place_of(row: tuple[Any, ...]) -> Place:
    """Tell the place that a row read by `read` stands at."""
    tx = row[1]
    return Place(row[0], int.from_bytes(tx, "big") if isinstance(tx, bytes) else int(tx), *row[2:4])
