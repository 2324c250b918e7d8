"""The relay's place in the outbox: read what has surely been committed, keep the place, fenced."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple, Self, TypeVar
from uuid import UUID

import psycopg
from psycopg.rows import args_row

T = TypeVar("T")

READ = """
SELECT epoch, tx, seq, (extract(epoch FROM created_at) * 1000)::bigint AS ms, topic, type, council,
       convert_to(key, 'UTF8'), body, convert_to(ce_id::text, 'UTF8'),
       convert_to(to_char("time" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'UTF8'),
       convert_to(sequence::text, 'UTF8'), convert_to(family::text, 'UTF8'),
       convert_to(traceparent, 'UTF8')
  FROM outbox
 WHERE (epoch, tx, seq) > (%(epoch)s::smallint, %(tx)s::text::xid8, %(seq)s::bigint)
   AND (epoch, tx) < ((SELECT max(epoch) FROM outbox_epoch),
                      pg_snapshot_xmin(pg_current_snapshot()))
   AND created_at >= %(day)s::timestamptz - interval '1 day'
   AND created_at < now() + interval '1 day'
 ORDER BY outbox.epoch, outbox.tx, outbox.seq
 LIMIT %(limit)s
"""
"""Everything that becomes bytes of a record is bytes already: the relay only hands it on."""

BEHIND = """
WITH after AS (SELECT epoch, tx, seq, day FROM outbox_cursor WHERE shard = 0)
SELECT (SELECT count(*) FROM (
          SELECT 1 FROM outbox o, after a WHERE (o.epoch, o.tx, o.seq) > (a.epoch, a.tx, a.seq)
             AND o.created_at >= a.day - interval '1 day' LIMIT 10000) AS counted),
       (SELECT o.created_at FROM outbox o, after a
         WHERE (o.epoch, o.tx, o.seq) > (a.epoch, a.tx, a.seq)
           AND o.created_at >= a.day - interval '1 day'
         ORDER BY o.epoch, o.tx, o.seq LIMIT 1)
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

IN_ORDER = "-c enable_seqscan=off -c enable_bitmapscan=off -c max_parallel_workers_per_gather=0"
"""The index gives the order; without statistics the planner would sort a whole day instead."""
LOCK = "SELECT pg_try_advisory_lock(hashtext('kinbridge outbox'), %(shard)s)"
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

    def values(self) -> dict[str, Any]:
        """Give the place as a statement's values."""
        return {"epoch": self.epoch, "tx": str(self.tx), "seq": self.seq, "day": self.day}


class Row(NamedTuple):
    """One row of the outbox, as `READ` gives it; `ms` is when it was written."""

    epoch: int
    tx: bytes
    seq: int
    ms: int
    topic: str
    type: str
    council: str
    key: bytes
    body: bytes
    id: bytes
    time: bytes
    sequence: bytes
    family: bytes | None
    traceparent: bytes | None

    @property
    def place(self) -> Place:
        """Give the place that this row stands at."""
        day = datetime.fromtimestamp(self.ms / 1000, UTC)
        return Place(self.epoch, int.from_bytes(self.tx, "big"), self.seq, day)


class OutboxReader:
    """One connection of the relay's own, worked by one thread.

    A thread, because a page arrives in hundreds of pieces and psycopg waits for them in C; one,
    so that closing waits its turn.
    """

    def __init__(self, url: str, shard: int, owner: UUID) -> None:
        """Read the outbox of the database at `url` as the owner of one shard's cursor."""
        self._url = url
        self._shard = shard
        self._owner = owner
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="outbox")
        self._conn: psycopg.Connection[Any] | None = None

    async def __aenter__(self) -> Self:
        await self._do(self._open)
        return self

    async def __aexit__(self, *_: object) -> None:
        with suppress(Exception):
            await asyncio.shield(self._do(self._close))
        self._thread.shutdown(wait=False)

    async def my_turn(self) -> bool:
        """Try to become the one relay of this shard."""
        return bool(await self._do(self._one, LOCK, {"shard": self._shard}))

    async def take(self) -> Place:
        """Become the owner of the cursor.

        Raises:
            RestoredElsewhere: the cursor was last moved in another PostgreSQL cluster.
        """
        return await self._do(self._take)

    async def read(self, place: Place, limit: int) -> list[Row]:
        """Read the rows after `place`, in the order `(epoch, tx, seq)`, which is that of each key.

        Rows that a transaction still running may yet come before, and any after them, stay for
        later: ids commit out of order, so "greater than the last seen" alone would lose some.
        """
        return await self._do(self._page, place, limit)

    async def keep(self, place: Place) -> None:
        """Move the cursor.

        Raises:
            AnotherRelayTookOver: this process is no longer the owner.
        """
        await self._do(self._keep, place)

    async def _do(self, work: Callable[..., T], *given: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *given)

    def _open(self) -> None:
        self._conn = psycopg.connect(self._url, autocommit=True, options=IN_ORDER)

    def _close(self) -> None:
        if self._conn is not None:
            self._conn.close()

    @property
    def _here(self) -> psycopg.Connection[Any]:
        if self._conn is None:
            message = "The outbox is not open."
            raise RuntimeError(message)
        return self._conn

    def _one(self, statement: str, values: dict[str, Any] | None = None) -> Any:
        row = self._here.execute(statement, values).fetchone()
        return row[0] if row else None

    def _take(self) -> Place:
        here = self._one(CLUSTER)
        given = {"shard": self._shard, "owner": self._owner, "cluster": here}
        row = self._here.execute(TAKE, given).fetchone()
        if row is None:
            message = "The outbox has no cursor; run `migrate` first."
            raise RuntimeError(message)
        epoch, tx, seq, day, cluster = row
        if cluster != here:
            raise RestoredElsewhere
        return Place(epoch, int(tx), seq, day)

    def _page(self, place: Place, limit: int) -> list[Row]:
        given = {**place.values(), "limit": limit}
        with self._here.cursor(binary=True, row_factory=args_row(Row)) as cursor:
            return cursor.execute(READ, given).fetchall()

    def _keep(self, place: Place) -> None:
        given = {**place.values(), "shard": self._shard, "owner": self._owner}
        if self._here.execute(KEEP, given).rowcount != 1:
            raise AnotherRelayTookOver
