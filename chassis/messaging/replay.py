"""Replay: parked messages go through their handlers again, in the order in which they came."""

import asyncio
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.messaging.arrivals import Record, unpack_headers
from chassis.messaging.lines import (
    Line,
    claim_anew,
    leave,
    parked_count,
    put_back,
    ready_lines,
    take_head,
    waiting_too_long,
)
from chassis.messaging.parking import Reason
from chassis.messaging.pipeline import Pipeline
from chassis.telemetry import counter, gauge
from chassis.trouble import is_infrastructure

log = structlog.get_logger()
REPLAYED = counter("replayed", "Parked messages tried again", "group", "outcome")
PARKED = gauge("parked", "Messages parked and not discarded", "group")
OVERDUE = gauge("parked_overdue", "Messages whose awaited fact is overdue", "group")

FASTEST, SLOWEST, SLOWER = 0.05, 0.5, 1.25
"""Seconds between looks for lines that are ready."""
LOOK_ROUND_EVERY = 15.0
"""Seconds between counts of what is parked, and of what waits too long."""


@dataclass(frozen=True)
class Replayed:
    """How far a line got: how many messages were handled, and where and why it stopped."""

    done: int
    stopped_at: int | None = None
    reason: Reason | None = None


class Replayer:
    """Tries parked messages again, each in a transaction of its own with its key's lock held.

    Args:
        pipeline: Whose group, database and handlers to use.
        alarm_after: How long a message may wait for its fact before the alarm; also the longest
            pause between two tries of it.
    """

    def __init__(self, pipeline: Pipeline, alarm_after: timedelta = timedelta(minutes=15)) -> None:
        self._pipeline = pipeline
        self._alarm_after = alarm_after
        self._looked_round = -LOOK_ROUND_EVERY
        self.moved_at = time.monotonic()

    @property
    def pipeline(self) -> Pipeline:
        """Whose messages these are."""
        return self._pipeline

    async def run(self) -> None:
        """Replay what becomes ready, until cancelled or until the database fails."""
        pause = FASTEST
        while True:
            self.moved_at = time.monotonic()
            pause = FASTEST if await self.replay_ready() else min(SLOWEST, pause * SLOWER)
            if self.moved_at - self._looked_round >= LOOK_ROUND_EVERY:
                await self.look_round()
                self._looked_round = self.moved_at
            await asyncio.sleep(pause)

    async def replay_ready(self) -> int:
        """Replay every line that is ready; give how many messages were handled."""
        async with self._pipeline.engine.connect() as conn:
            lines = await ready_lines(conn, self._pipeline.group)
        return sum([(await self.replay(line)).done for line in lines])

    async def replay(self, line: Line) -> Replayed:
        """Replay a line from its oldest message, and stop at the first that fails again."""
        done = 0
        while True:
            async with self._pipeline.engine.begin() as conn:
                head = await take_head(conn, self._pipeline.group, line)
                if head is None:
                    return Replayed(done)
                reason = await self._try(conn, head)
                if reason is not None:
                    await put_back(conn, head.number, reason, self._alarm_after)
                else:
                    await leave(conn, self._pipeline.group, line, head.number)
            if reason is not None:
                self._say_stopped(head, reason)
                return Replayed(done, head.number, reason)
            REPLAYED.labels(self._pipeline.group, "handled").inc()
            done += 1

    async def look_round(self) -> None:
        """Count what is parked, and raise the alarm over what waits too long for its fact."""
        group = self._pipeline.group
        async with self._pipeline.engine.connect() as conn:
            PARKED.labels(group).set(await parked_count(conn, group))
            late, kind = await waiting_too_long(conn, group, self._alarm_after)
        OVERDUE.labels(group).set(late)
        if late:
            log.error("awaited_fact_overdue", group=group, count=late, kind=kind)

    async def _try(self, conn: AsyncConnection, row: Row[Any]) -> Reason | None:
        arrival = self._pipeline.read(_record(row))
        if arrival is None:
            return None  # nobody handles this type any more
        try:
            async with conn.begin_nested():
                envelope = arrival.envelope
                if envelope and not await claim_anew(conn, self._pipeline.group, row, envelope.id):
                    return None
                await self._pipeline.handle(conn, arrival)
                await conn.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        except Exception as error:
            if is_infrastructure(error):
                raise
            return Reason.of(error)
        return None

    def _say_stopped(self, row: Row[Any], reason: Reason) -> None:
        REPLAYED.labels(self._pipeline.group, "stopped").inc()
        say = log.debug if reason.fact else log.error
        say(
            "replay_stopped",
            group=self._pipeline.group,
            topic=row.topic,
            partition=row.partition,
            offset=row.record_offset,
            type=row.ce_type,
            message_id=row.ce_id,
            attempt=row.tries + 1,
            reason=reason.slug,
            fields=reason.detail,
        )


def _record(row: Row[Any]) -> Record:
    return Record(
        topic=row.topic,
        partition=row.partition,
        offset=row.record_offset,
        key=row.key,
        value=row.value,
        headers=unpack_headers(row.headers),
        timestamp=row.timestamp_ms,
    )
