"""Durable timers: rows with a due time in field time; they run once and prompt people."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from prometheus_client import Counter
from psycopg.errors import LockNotAvailable
from sqlalchemy import (
    Column,
    ColumnElement,
    DateTime,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    and_,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis.clocks import FieldClock, new_id, wall_now
from chassis.database import metadata
from chassis.statements import changing, the
from chassis.trouble import is_infrastructure

log = structlog.get_logger()
RUN = Counter("kinbridge_timers_total", "Timers run", ["kind", "outcome"])
LONGEST_WAIT = timedelta(minutes=10)
GIVES_WAY_AFTER = "250ms"
"""A timer holds its own row and then asks for its subject's; a person's step holds the subject and
then ends the timer. So that neither waits for the other, the timer gives way, well before
PostgreSQL would look for a deadlock and fail one of them."""
A_MOMENT = timedelta(seconds=1)
LOOK_EVERY, GLANCE_EVERY = 1.0, 0.1
"""Seconds between looks for due timers, and between glances at the clock that may be moved."""

timers = Table(
    "timers",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("council", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("about", Text, nullable=False, server_default=""),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("set_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("ended_at", DateTime(timezone=True), nullable=True),
    Column("ended", Text, nullable=True),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("next_try_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Index(
        "uq_timers_open",
        "council",
        "kind",
        "subject",
        "about",
        unique=True,
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index("ix_timers_due", "due_at", postgresql_where=text("ended_at IS NULL")),
)


_SET = insert(timers)
_SET = _SET.on_conflict_do_update(
    index_elements=["council", "kind", "subject", "about"],
    index_where=text("ended_at IS NULL"),
    set_={"due_at": _SET.excluded.due_at},
)


@dataclass(frozen=True)
class DueTimer:
    """A timer whose time has come. `about` narrows the subject, e.g. to one of its people."""

    id: UUID
    council: str
    kind: str
    subject: str
    about: str
    due_at: datetime


TimerHandler = Callable[[AsyncConnection, DueTimer, datetime], Awaitable[None]]


async def set_timer(
    conn: AsyncConnection,
    *,
    council: str,
    kind: str,
    subject: object,
    due: datetime,
    about: object = "",
) -> None:
    """Set a timer, or move the one already running for (council, kind, subject, about)."""
    row = timer_row(council=council, kind=kind, subject=subject, due=due)
    await conn.execute(_SET, row | {"about": str(about)})


def timer_row(*, council: str, kind: str, subject: object, due: datetime) -> dict[str, object]:
    """Give a new timer's row, for a use case's one `save_...` statement."""
    return {
        "id": new_id(),
        "council": council,
        "kind": kind,
        "subject": str(subject),
        "due_at": due,
    }


async def cancel_timer(
    conn: AsyncConnection, *, council: str, subject: object, kind: str, about: object | None = None
) -> None:
    """End a timer that is no longer needed; all of its kind on the subject if `about` is None."""
    which = {"kind": kind, "subject": str(subject)}
    if about is not None:
        which["about"] = str(about)
    open_ones = changing(timers, *which).where(timers.c.ended_at.is_(None))
    await conn.execute(
        open_ones.values(ended_at=func.now()), {"ended": "cancelled", **the(council, **which)}
    )


class TimerRunner:
    """Runs due timers, each in a transaction of its own with what it does."""

    def __init__(
        self, engine: AsyncEngine, clock: FieldClock, handlers: Mapping[str, TimerHandler]
    ) -> None:
        """Run timers of the kinds that `handlers` names."""
        self._engine = engine
        self._clock = clock
        self._handlers = handlers
        self.moved_at = time.monotonic()

    async def run(self) -> None:
        """Run timers until cancelled."""
        while True:
            self.moved_at, offset = time.monotonic(), self._clock.offset()
            if not await self.run_next():
                await self._rest(offset)

    async def _rest(self, offset: timedelta) -> None:
        """Wait until the next look, which is at once where the field's clock has been moved."""
        for _ in range(round(LOOK_EVERY / GLANCE_EVERY)):
            await asyncio.sleep(GLANCE_EVERY)
            if self._clock.offset() != offset:
                return

    async def run_next(self) -> bool:
        """Run the timer that is due first; False when none is."""
        async with self._engine.begin() as conn:
            due = await self._claim(conn)
            if due is None:
                return False
            try:
                async with conn.begin_nested():
                    await conn.exec_driver_sql(f"SET LOCAL lock_timeout = '{GIVES_WAY_AFTER}'")
                    await self._handlers[due.kind](conn, due, self._clock.now())
            except Exception as error:
                if isinstance(getattr(error, "orig", None), LockNotAvailable):
                    await self._give_way(conn, due)
                elif is_infrastructure(error):
                    raise
                else:
                    await self._try_again_later(conn, due, error)
            else:
                await self._end(conn, due)
        return True

    async def due_count(self, conn: AsyncConnection) -> int:
        """Count the timers that should have run by now."""
        due = select(func.count()).where(self._due())
        return int((await conn.execute(due)).scalar_one())

    def _due(self) -> ColumnElement[bool]:
        return and_(
            timers.c.ended_at.is_(None),
            timers.c.due_at <= self._clock.now(),
            timers.c.kind.in_(list(self._handlers)),
        )

    async def _claim(self, conn: AsyncConnection) -> DueTimer | None:
        statement = (
            select(*(timers.c[name] for name in DueTimer.__dataclass_fields__))
            .where(self._due(), timers.c.next_try_at <= func.now())
            .order_by(timers.c.due_at, timers.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = (await conn.execute(statement)).first()
        return DueTimer(*row) if row else None

    async def _end(self, conn: AsyncConnection, due: DueTimer) -> None:
        done = update(timers).where(timers.c.id == due.id, timers.c.ended_at.is_(None))
        await conn.execute(done.values(ended_at=func.now(), ended="run"))
        RUN.labels(due.kind, "run").inc()

    async def _give_way(self, conn: AsyncConnection, due: DueTimer) -> None:
        later = update(timers).where(timers.c.id == due.id)
        await conn.execute(later.values(next_try_at=wall_now() + A_MOMENT))
        RUN.labels(due.kind, "gave way").inc()

    async def _try_again_later(
        self, conn: AsyncConnection, due: DueTimer, error: Exception
    ) -> None:
        tries = (
            await conn.execute(
                update(timers)
                .where(timers.c.id == due.id)
                .values(tries=timers.c.tries + 1)
                .returning(timers.c.tries)
            )
        ).scalar_one()
        wait = min(LONGEST_WAIT, timedelta(seconds=2**tries))
        await conn.execute(
            update(timers).where(timers.c.id == due.id).values(next_try_at=wall_now() + wait)
        )
        RUN.labels(due.kind, "failed").inc()
        log.error("timer_failed", kind=due.kind, tries=tries, error=type(error).__name__)
