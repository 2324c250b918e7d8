"""The relay: the one place that publishes. It keeps order per key through every failure."""

import asyncio
import contextlib
import time
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from prometheus_client import Counter

from chassis.clocks import new_id
from chassis.messaging.cursor import OutboxReader, Place, Row
from chassis.messaging.headers import headers_of
from chassis.messaging.kafka_security import KafkaAt
from chassis.messaging.refusals import saying_why

log = structlog.get_logger()
PUBLISHED = Counter("kinbridge_published_total", "Events published", ["topic"])
PAGE = 5_000
FASTEST, SLOWEST, SLOWER = 0.005, 0.05, 1.25
"""Seconds between polls: quick after work, a quarter slower after each empty poll."""
KEEP_EVERY, RESTING = 0.2, 0.02
"""Seconds between keepings of the cursor while events flow, and the pause at which they do not.

A cursor kept less often costs duplicates after a crash, which the inbox removes; one kept for
each event costs as much as the event.
"""


class Relay:
    """Carries the outbox of one service to Kafka.

    One relay per shard holds an advisory lock; a second process waits for it. On any error the
    producer is dropped and the page read again from the cursor: a lost acknowledgement gives an
    adjacent duplicate, never a gap and never a disorder.
    """

    def __init__(self, database_url: str, kafka: KafkaAt, source: str, shard: int = 0) -> None:
        """Relay from a database (postgresql:// URL) to a Kafka, in the name of `source`."""
        self._url = database_url
        self._kafka = kafka
        self._source = source
        self._shard = shard
        self._owner = new_id()
        self._kept_at = 0.0
        self._pause = FASTEST
        self.moved_at = time.monotonic()
        self.failures = 0

    async def run(self) -> None:
        """Relay until cancelled, or until a failure that the supervisor retries."""
        self.moved_at = time.monotonic()  # while it tries again it is not stuck
        async with OutboxReader(self._url, self._shard, self._owner) as outbox:
            while not await outbox.my_turn():
                self.moved_at = time.monotonic()
                await asyncio.sleep(0.5)
            place = await outbox.take()
            producer = await self._producer()
            try:
                await self._carry_on(outbox, producer, place)
            finally:
                with contextlib.suppress(TimeoutError, KafkaError):
                    await asyncio.wait_for(producer.stop(), timeout=5)

    async def _producer(self) -> AIOKafkaProducer:
        async with saying_why(self._kafka):
            producer = AIOKafkaProducer(
                **self._kafka.arguments(),
                acks="all",
                enable_idempotence=False,
                linger_ms=5,
                request_timeout_ms=10_000,
                max_batch_size=256 * 1024,
            )
            try:
                await producer.start()
            except BaseException:
                await producer.stop()
                raise
        return producer

    async def _carry_on(
        self, outbox: OutboxReader, producer: AIOKafkaProducer, place: Place
    ) -> None:
        rows, unkept = await outbox.read(place, PAGE), False
        while True:
            if len(rows) == PAGE:
                place, rows = await self._publish_and_read_on(outbox, producer, rows)
                self._pause, unkept = FASTEST, True
            else:
                if rows:
                    await self._publish(producer, rows)
                    place, self._pause, unkept = rows[-1].place, FASTEST, True
                await asyncio.sleep(self._pause)
                self._pause = min(SLOWEST, self._pause * SLOWER)
                rows = await outbox.read(place, PAGE)
            self.moved_at = time.monotonic()
            if unkept and (self._pause > RESTING or self.moved_at - self._kept_at > KEEP_EVERY):
                await self._keep(outbox, place)
                unkept = False

    async def _publish_and_read_on(
        self, outbox: OutboxReader, producer: AIOKafkaProducer, rows: list[Row]
    ) -> tuple[Place, list[Row]]:
        """Publish a page while the next one is read."""
        after = rows[-1].place
        sending = asyncio.ensure_future(self._publish(producer, rows))
        try:
            following = await outbox.read(after, PAGE)
        finally:
            await sending
        return after, following

    async def _keep(self, outbox: OutboxReader, place: Place) -> None:
        await outbox.keep(place)
        self._kept_at = time.monotonic()

    async def _publish(self, producer: AIOKafkaProducer, rows: Iterable[Row]) -> None:
        lanes: Mapping[tuple[str, int], list[Row]] = await _lanes(producer, rows)
        results = await asyncio.gather(
            *(self._publish_lane(producer, *lane, rows) for lane, rows in lanes.items()),
            return_exceptions=True,
        )
        for failed in (r for r in results if isinstance(r, BaseException)):
            raise failed

    async def _publish_lane(
        self, producer: AIOKafkaProducer, topic: str, partition: int, rows: list[Row]
    ) -> None:
        """Send one partition's rows, one batch in flight at a time."""
        batch = producer.create_batch()
        for row in rows:
            record = self.record_of(row)
            if batch.append(**record) is None:
                await self._send(producer, batch, topic, partition)
                batch = producer.create_batch()
                batch.append(**record)
        await self._send(producer, batch, topic, partition)
        PUBLISHED.labels(topic).inc(len(rows))

    @staticmethod
    async def _send(producer: AIOKafkaProducer, batch: Any, topic: str, partition: int) -> None:
        batch.close()  # without it the linger would delay the batch
        await (await producer.send_batch(batch, topic, partition=partition))

    def record_of(self, row: Row) -> dict[str, Any]:
        """Give the Kafka record of an outbox row, as `send_batch` takes it."""
        return {
            "key": row.key,
            "value": row.body,
            "timestamp": row.ms,
            "headers": headers_of(self._source, row),
        }


def partition_of(key: bytes, partitions: int) -> int:
    """Give the partition of a key, out of so many: for ever the same (ADR 0014)."""
    return zlib.crc32(key) % partitions


async def _lanes(
    producer: AIOKafkaProducer, rows: Iterable[Row]
) -> Mapping[tuple[str, int], list[Row]]:
    """Part a page by partition."""
    lanes: dict[tuple[str, int], list[Row]] = defaultdict(list)
    partitions: dict[str, int] = {}
    for row in rows:
        topic = row.topic
        if topic not in partitions:
            partitions[topic] = len(await producer.partitions_for(topic))
        lanes[topic, partition_of(row.key, partitions[topic])].append(row)
    return lanes
