"""The consumer: carries records from Kafka to the pipeline, under supervision.

The only file that knows FastStream; a test holds every subscriber to what is named here.
"""

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import ConsumerRecord
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from chassis.facts import TryLater
from chassis.messaging.arrivals import Record
from chassis.messaging.kafka_security import KafkaAt
from chassis.messaging.lag import LagMeter
from chassis.messaging.pipeline import EverythingParks, Pipeline
from chassis.messaging.progress import Assignments, Progress
from chassis.messaging.reading import Pace, WhereToRead, wait_long
from chassis.messaging.refusals import saying_why
from chassis.supervision import STUCK_AFTER
from chassis.telemetry import gauge

log = structlog.get_logger()
FASTSTREAM_LOG = logging.getLogger("faststream")
FASTSTREAM_LOG.handlers.clear()  # it writes errors with their values; ours takes the words out
FASTSTREAM_LOG.propagate = True
FASTSTREAM_LOG.setLevel(logging.WARNING)
HALTED = gauge("consumer_halted", "1 when everything parked and reading stopped", "group")
READING = gauge("consumer_reading", "1 while in all its Kafka groups; else 0", "group")
LAG = gauge("consumer_lag", "Records that wait", "group", "topic", "partition")

Records = tuple[ConsumerRecord, ...]
HEARTBEAT_MS, REQUEST_MS, POLL_LIMIT_MS = 3_000, 40_000, 300_000
STATIC_SESSION_MS = 30_000
"""A static member that restarts in less keeps its partitions; one gone for good stalls them."""
EX_SOFTWARE = 70
LOGINS = {"PLAIN": SASLPlaintext, "SCRAM-SHA-256": SASLScram256, "SCRAM-SHA-512": SASLScram512}


class Deaf(Exception):  # noqa: N818 - named for the fact
    """Kafka has not answered this client for long; a new client may fare better."""


async def tolerant(records: Records, original: Callable[[Any], Any]) -> Any:
    """Let FastStream see one bare record, and keep the true ones: our pipeline does the reading.

    It would lose a record with a null or unreadable header, and answer one with a `reply_to`.
    """
    message = await original((replace(records[0], headers=(), value=b""),))
    message.raw_message = records
    return message


async def raw(message: Any) -> Records:
    """Give the handler the records as Kafka did."""
    records: Records = message.raw_message
    return records


def kafka_group(group: str, topic: str) -> str:
    """Name the Kafka group of one topic: so no topic's rebalance stops another's reading."""
    return f"{group}.{topic}"


class Consumer:
    """Reads topics into a pipeline until cancelled, whatever becomes of Kafka meanwhile.

    Args:
        settings: Where Kafka is, and how its group keeps members.
        pipeline: Where the records go.
        topics: What to read; each has one subscriber and a Kafka group of its own.
        pace: How much at once, and how patiently.
        exit_process: Called when a partition has stalled: a consumer that stopped by itself is
            mended by nothing but a new process.
    """

    def __init__(
        self,
        settings: WhereToRead,
        pipeline: Pipeline,
        topics: Sequence[str],
        *,
        pace: Pace | None = None,
        exit_process: Callable[[int], object] = os._exit,
    ) -> None:
        self._settings = settings
        self._pipeline = pipeline
        self._topics = tuple(topics)
        self._pace = pace or Pace()
        self._exit = exit_process
        self._broker: KafkaBroker | None = None
        self._assigned: set[str] = set()
        self._halted = asyncio.Event()
        self._progress = Progress(self._pace.stalled_after)
        self._meter = LagMeter(settings.kafka, self._progress)
        self.moved_at = time.monotonic()

    @property
    def halted(self) -> bool:
        """Whether reading stopped because everything parked; only a new start reads on."""
        return self._halted.is_set()

    @property
    def reading(self) -> bool:
        """Whether Kafka's groups have told this process its partitions of every topic."""
        return self._assigned.issuperset(self._topics)

    async def live(self) -> str | None:
        """Tell why not, where the loop that watches over reading no longer turns."""
        return "no progress" if time.monotonic() - self.moved_at > STUCK_AFTER else None

    async def lag(self) -> int:
        """Count the records that wait in our partitions; 1 while nobody can tell."""
        if not self.reading:
            return 1
        try:
            return sum((await self._meter.lags(self._consumers())).values())
        except Exception:  # noqa: BLE001 - whatever the reason, it is not known to be quiet
            return 1

    async def run(self) -> None:
        """Read until cancelled; Kafka may be down at the start, or go and come back."""
        HALTED.labels(self._pipeline.group).set(0)
        READING.labels(self._pipeline.group).set(0)
        pause = 0.5
        while not self.halted:
            self.moved_at = time.monotonic()
            try:
                await self._read()
            except Exception as error:  # noqa: BLE001 - whatever it is, reading starts again
                log.warning("consumer_starts_again", group=self._pipeline.group, error=error)
                await asyncio.sleep(pause)
                pause = min(5.0, pause * 2)
        HALTED.labels(self._pipeline.group).set(1)
        while True:
            log.critical("everything_parks", group=self._pipeline.group, action="reading stopped")
            self.moved_at = time.monotonic()
            await asyncio.sleep(60)

    def make_broker(self) -> KafkaBroker:
        """Make FastStream's broker with one careful subscriber per topic."""
        broker = KafkaBroker(
            self._settings.kafka.servers,
            security=_security(self._settings.kafka),
            consumer_only=True,
            client_id=f"kinbridge-{self._pipeline.group}",
            allow_auto_create_topics=False,
            request_timeout_ms=REQUEST_MS,
            metadata_max_age_ms=30_000,
            graceful_timeout=self._pace.stop_within * 0.6,
            parser=tolerant,
            decoder=raw,
            apply_types=False,
            logger=FASTSTREAM_LOG,
            log_level=logging.DEBUG,
        )
        for topic in self._topics:
            self._subscribe(broker, topic)
        return broker

    def _subscribe(self, broker: KafkaBroker, topic: str) -> None:
        static = self._settings.kafka_group_instance_id
        session = self._settings.kafka_session_timeout_ms
        subscriber = broker.subscriber(
            topic,
            batch=True,
            group_id=kafka_group(self._pipeline.group, topic),
            group_instance_id=f"{static}.{topic}" if static else None,
            ack_policy=AckPolicy.NACK_ON_ERROR,
            no_reply=True,
            auto_offset_reset="earliest",
            session_timeout_ms=max(session, STATIC_SESSION_MS) if static else session,
            heartbeat_interval_ms=HEARTBEAT_MS,
            max_poll_interval_ms=POLL_LIMIT_MS,
            batch_timeout_ms=self._pace.batch_timeout_ms,
            max_records=self._pace.max_records,
            listener=Assignments(self._progress, partial(self._told, topic)),
        )
        subscriber(self._take)

    def _told(self, topic: str) -> None:
        self._assigned.add(topic)
        READING.labels(self._pipeline.group).set(self.reading)

    async def _read(self) -> None:
        async with saying_why(self._settings.kafka):
            self._broker = self.make_broker()
        try:
            async with saying_why(self._settings.kafka):
                await asyncio.wait_for(self._broker.start(), self._pace.start_within)
            for consumer in self._consumers():
                wait_long(consumer, self._pace.wait_ms)
            await self._watch()
        except asyncio.CancelledError:
            self._pipeline.stop()  # the process ends: wait for no trouble to pass
            raise
        finally:
            broker, self._broker = self._broker, None
            self._assigned.clear()
            READING.labels(self._pipeline.group).set(0)
            await self._stop(broker)

    async def _stop(self, broker: KafkaBroker) -> None:
        """End reading in good time; what is under way is done again by whoever reads next."""
        try:
            async with asyncio.timeout(self._pace.stop_within):
                await asyncio.gather(broker.stop(), self._meter.stop())
        except Exception as error:  # noqa: BLE001 - it ends all the same
            log.warning("consumer_stopped_badly", group=self._pipeline.group, error=error)

    async def _take(self, records: Records) -> None:
        """Work one fetch, which may hold several partitions; one's trouble is not another's."""
        if self.halted:
            await asyncio.sleep(0.1)
            raise EverythingParks
        trouble: TryLater | None = None
        for place, own in _by_partition(records):
            try:
                await self._pipeline.process([Record.of(record) for record in own])
            except TryLater as error:
                self._progress.held_up()
                trouble = error
            except EverythingParks:
                self._halted.set()
                raise
            else:
                self._progress.reach(place, own[-1].offset + 1)
        if trouble is not None:
            raise trouble

    async def _watch(self) -> None:
        """Look whether reading goes on; return when it must not, raise when it cannot."""
        heard = time.monotonic()
        while not self.halted:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._halted.wait(), self._pace.look_every)
            now = self.moved_at = time.monotonic()
            try:
                lags = await self._meter.lags(self._consumers())
            except Exception as error:
                if now - heard > self._pace.stalled_after:
                    raise Deaf from error
                self._progress.held_up()
            else:
                heard = now
                self._look_at(lags)

    def _look_at(self, lags: dict[TopicPartition, int]) -> None:
        for (topic, partition), lag in lags.items():
            LAG.labels(self._pipeline.group, topic, partition).set(lag)
        stalled = self._progress.stalled(lags)
        for place in stalled:
            told = {"topic": place.topic, "partition": place.partition, "lag": lags[place]}
            log.critical("consumer_stalled", group=self._pipeline.group, **told)
        if stalled:
            self._exit(EX_SOFTWARE)

    def _consumers(self) -> Iterable[AIOKafkaConsumer]:
        subscribers = self._broker.subscribers if self._broker else []
        return [found for one in subscribers if (found := getattr(one, "consumer", None))]


def _security(kafka: KafkaAt) -> BaseSecurity | None:
    """Tell FastStream, which has words of its own, what `KafkaAt.arguments` tells aiokafka."""
    tls, login = kafka.tls(), kafka.login
    if login is None:
        return BaseSecurity(ssl_context=tls) if tls else None
    password = login.password.get_secret_value()
    return LOGINS[login.mechanism](login.username, password, ssl_context=tls)


def _by_partition(records: Records) -> Iterable[tuple[TopicPartition, Records]]:
    by_place = groupby(records, key=lambda one: TopicPartition(one.topic, one.partition))
    return [(place, tuple(own)) for place, own in by_place]
