"""The pipeline: one partition's records, in order, each taking effect once or parked.

All of a list is one transaction. When one record stumbles, those before it, it alone and those
after it are worked apart, so that a poison record costs itself and holds back only its key.
"""

import asyncio
import random
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from structlog.contextvars import bound_contextvars

from chassis.facts import TryLater
from chassis.messaging.arrivals import Arrival, Record, read_arrival
from chassis.messaging.inbox import claim
from chassis.messaging.parking import Reason, held_keys, park, park_behind
from chassis.telemetry import continue_trace, counter
from chassis.trouble import is_infrastructure
from contracts.envelope import Envelope, Message

log = structlog.get_logger()
MESSAGES = counter("messages", "Messages that came in, by what became of them", "group", "outcome")
HELD_UP = counter("messages_held_up", "Times that a partition waited and tried again", "group")

Handler = Callable[[AsyncConnection, Envelope, Any], Awaitable[None]]
"""Takes a message of the type it is registered for, within the transaction that claims it."""

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0


class EverythingParks(Exception):  # noqa: N818 - named for the fact
    """So many messages parked in a row that the fault is ours: reading on would park them all."""


@dataclass(frozen=True)
class _Stumble:
    """Where a list stopped; `at` is None when nobody of it can be named, as in a failed commit."""

    at: int | None
    error: Exception


class Pipeline:
    """Takes the messages of one consumer group through their handlers.

    Args:
        group: The consumer group; messages are seen once per group.
        engine: The service's database.
        handlers: One handler per message class; other types are counted and ignored.
        parked_in_a_row: How many messages may park in a row before `EverythingParks`. Those
            that wait for a fact, or stand behind another, do not count.
        patience: Seconds to try again within one call while the infrastructure is in trouble.
            Well below Kafka's poll limit (five minutes); afterwards `TryLater` escapes.
    """

    def __init__(
        self,
        group: str,
        engine: AsyncEngine,
        handlers: Mapping[type[Message], Handler],
        *,
        parked_in_a_row: int = 100,
        patience: float = 20.0,
    ) -> None:
        self.group = group
        self.engine = engine
        self._types = {message.TYPE: message for message in handlers}
        self._handlers = {message.TYPE: handler for message, handler in handlers.items()}
        self._limit = parked_in_a_row
        self._patience = patience
        self._in_a_row = 0
        self._hurry = asyncio.Event()

    def stop(self) -> None:
        """Let a call that waits for the infrastructure end now, with `TryLater`."""
        self._hurry.set()

    async def process(self, records: Sequence[Record]) -> None:
        """Work records of one partition, in order; return when each is done or parked.

        Raises:
            TryLater: The infrastructure stayed away; nothing is lost, call again with the same.
            EverythingParks: The fault is not in the messages; stop reading.
        """
        arrivals = [arrival for record in records if (arrival := self.read(record))]
        if ignored := len(records) - len(arrivals):
            MESSAGES.labels(self.group, "ignored").inc(ignored)
        if arrivals:
            await self._patiently(arrivals)

    def read(self, record: Record) -> Arrival | None:
        """Read one record; None for a type without a handler here."""
        return read_arrival(record, self._types)

    async def handle(self, conn: AsyncConnection, arrival: Arrival) -> None:
        """Run one message's handler, as a part of the trace that the message travels in."""
        if arrival.trouble or arrival.envelope is None:
            raise arrival.trouble or TypeError("an arrival without an envelope has its trouble")
        envelope = arrival.envelope
        told = {"type": envelope.type, "message_id": envelope.id, "council": envelope.council}
        with (
            bound_contextvars(group=self.group, **told),
            continue_trace(envelope.traceparent, f"handle {envelope.type}"),
        ):
            await self._handlers[envelope.type](conn, envelope, arrival.message)

    async def _patiently(self, arrivals: Sequence[Arrival]) -> None:
        """Try again with growing pauses: only infrastructure may hold a partition up."""
        deadline, pause, attempt = time.monotonic() + self._patience, FIRST_PAUSE, 0
        while True:
            try:
                return await self._work(arrivals)
            except EverythingParks:
                raise
            except Exception as error:
                attempt += 1
                self._say_held_up(arrivals[0].record, attempt, error)
                left = deadline - time.monotonic()
                if left <= 0 or await self._hurried(min(left, pause * random.uniform(0.7, 1.3))):  # noqa: S311 - jitter
                    raise TryLater from error
            pause = min(pause * 2, LONGEST_PAUSE)

    def _say_held_up(self, first: Record, attempt: int, error: Exception) -> None:
        HELD_UP.labels(self.group).inc()
        place = {"topic": first.topic, "partition": first.partition, "offset": first.offset}
        say = log.warning if is_infrastructure(error) else log.error
        say("partition_held_up", group=self.group, **place, attempt=attempt, error=error)

    async def _hurried(self, pause: float) -> bool:
        try:
            await asyncio.wait_for(self._hurry.wait(), pause)
        except TimeoutError:
            return False
        return True

    async def _work(self, arrivals: Sequence[Arrival]) -> None:
        parts = deque([arrivals])
        while parts:
            part = parts.popleft()
            stumble = await self._together(part)
            if stumble is None:
                continue
            if len(part) == 1:
                await self._park(part[0], stumble.error)
            else:
                parts.extendleft(reversed(_apart(part, stumble.at)))

    async def _together(self, arrivals: Sequence[Arrival]) -> _Stumble | None:
        at: int | None = None
        done: Counter[str] = Counter()
        try:
            async with self.engine.begin() as conn:
                seen, held = await self._look(conn, arrivals)
                behind = []
                for at, arrival in enumerate(arrivals):  # noqa: B007 - `at` names who stumbled
                    if arrival.envelope and arrival.envelope.id in seen:
                        done["seen before"] += 1
                    elif arrival.record.key in held:
                        behind.append(arrival)
                    else:
                        await self.handle(conn, arrival)
                        done["handled"] += 1
                    if arrival.envelope:
                        seen.add(arrival.envelope.id)  # a twin may follow in the same list
                at = None
                await park_behind(conn, self.group, behind)
        except Exception as error:
            if is_infrastructure(error):
                raise
            return _Stumble(at, error)
        self._count(done, len(behind))
        return None

    async def _look(
        self, conn: AsyncConnection, arrivals: Sequence[Arrival]
    ) -> tuple[set[Any], set[bytes | None]]:
        """Tell which ids were seen before, and which keys are held.

        In that order: a claim waits for another consumer of the same messages, and what that one
        parked must be seen.
        """
        ids = [arrival.envelope.id for arrival in arrivals if arrival.envelope]
        fresh = await claim(conn, self.group, ids) if ids else set()
        keys = {arrival.record.key for arrival in arrivals if arrival.record.key is not None}
        held = await held_keys(conn, self.group, arrivals[0].record.topic, keys)
        return set(ids) - fresh, {*held}

    def _count(self, done: Counter[str], behind: int) -> None:
        if done["handled"]:
            self._in_a_row = 0
        if behind:
            done["behind"] = behind
        for outcome, count in done.items():
            MESSAGES.labels(self.group, outcome).inc(count)

    async def _park(self, arrival: Arrival, error: Exception) -> None:
        reason = Reason.of(error)
        async with self.engine.begin() as conn:
            if not await park(conn, self.group, arrival, reason):
                return
        outcome = "waiting" if reason.fact else "parked"
        MESSAGES.labels(self.group, outcome).inc()
        self._say_parked(arrival, reason, error)
        if reason.fact is None:
            self._in_a_row += 1
        if self._in_a_row >= self._limit:
            raise EverythingParks

    def _say_parked(self, arrival: Arrival, reason: Reason, error: Exception) -> None:
        record, envelope = arrival.record, arrival.envelope
        say = log.info if reason.fact else log.error
        say(
            "message_waits_for_fact" if reason.fact else "message_parked",
            group=self.group,
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            type=envelope.type if envelope else None,
            message_id=envelope.id if envelope else None,
            reason=reason.slug,
            fields=reason.detail,
            error=error,
        )


def _apart(part: Sequence[Arrival], at: int | None) -> list[Sequence[Arrival]]:
    """Split a list before and after the one that stumbled, or in half where nobody is named."""
    cuts = (len(part) // 2, len(part) // 2) if at is None else (at, at + 1)
    pieces = (part[: cuts[0]], part[cuts[0] : cuts[1]], part[cuts[1] :])
    return [piece for piece in pieces if piece]
