"""How far the outbox is behind: the alarm, and the point at which new work is asked to wait."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from prometheus_client import Gauge
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.clocks import wall_now
from chassis.facts import TryLater
from chassis.messaging.cursor import BEHIND

log = structlog.get_logger()
WAITING = Gauge("kinbridge_outbox_waiting", "Unpublished events, 10,000 at most are counted")
AGE = Gauge("kinbridge_outbox_age_seconds", "Age of the oldest unpublished event")
STRAY = Gauge("kinbridge_outbox_default_rows", "Rows outside any day's partition: make partitions")
DAYS = Gauge("kinbridge_outbox_days_ahead", "Days for which a partition has been made")
STRAYS = "SELECT count(*) FROM (SELECT 1 FROM outbox_default LIMIT 1000) AS stray"
AHEAD = """
SELECT count(*) FROM pg_inherits WHERE inhparent = 'outbox'::regclass
   AND inhrelid::regclass::text > 'outbox_' || to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD')
   AND inhrelid::regclass::text <> 'outbox_default'
"""
FEW_DAYS = 7
LOOK_EVERY = 1.0


class OutboxIsOld(TryLater):
    """Events have not left for so long that new work is asked to come later; danger never is."""

    slug = "outbox-is-old"
    title = "Messages are not leaving the hub; please send this again later"


@dataclass
class _Seen:
    waiting: int = 0
    age: timedelta = timedelta()
    at: float = 0.0


class Backlog:
    """Looks at the outbox now and then; asked often, it answers from its last look."""

    def __init__(self, engine: AsyncEngine, *, alarm: timedelta, refuse: timedelta) -> None:
        """Alarm at one age of the oldest unpublished event, refuse new work at another."""
        self._engine = engine
        self._alarm = alarm
        self._refuse = refuse
        self._seen = _Seen()
        self.moved_at = time.monotonic()

    async def look(self) -> int:
        """Count what waits now."""
        async with self._engine.connect() as conn:
            waiting, oldest = (await conn.execute(text(BEHIND))).one()
        age = wall_now() - oldest if oldest else timedelta()
        self._seen = _Seen(waiting, age, time.monotonic())
        WAITING.set(waiting)
        AGE.set(age.total_seconds())
        return int(waiting)

    async def watch(self, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Look until cancelled, and say when the oldest is older than the alarm's age."""
        told = 0.0
        while True:
            waiting = await self.look()
            self.moved_at = time.monotonic()
            if self._seen.age > self._alarm and self.moved_at - told > self._alarm.total_seconds():
                told = self.moved_at
                seconds = int(self._seen.age.total_seconds())
                log.error("outbox_is_old", count=waiting, seconds=seconds)
            await sleep(LOOK_EVERY)

    async def partitions(self) -> str | None:
        """Tell what is wrong with the partitions of the days, if anything."""
        async with self._engine.connect() as conn:
            stray = (await conn.execute(text(STRAYS))).scalar_one()
            ahead = (await conn.execute(text(AHEAD))).scalar_one()
        STRAY.set(stray)
        DAYS.set(ahead)
        if stray:
            return "events fell outside every day's partition; run `partitions`"
        return f"partitions end in {ahead} days" if ahead < FEW_DAYS else None

    def ask_to_wait(self) -> None:
        """Refuse new work while the outbox is too old; never call this for danger.

        Raises:
            OutboxIsOld: the oldest unpublished event is past the age to refuse at.
        """
        if self._seen.age > self._refuse:
            raise OutboxIsOld
