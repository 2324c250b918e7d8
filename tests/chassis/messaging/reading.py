"""A consumer on a real Kafka for the tests, and a hand that writes to its topic."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from uuid import UUID, uuid4

from aiokafka import AIOKafkaProducer

from chassis.messaging.arrivals import Headers
from chassis.messaging.consumer import Consumer
from chassis.messaging.kafka_security import KafkaAt
from chassis.messaging.pipeline import Pipeline
from chassis.messaging.reading import Pace
from tests.chassis.messaging.steps import StepTaken, an_envelope

QUICK = Pace(look_every=0.5, stop_within=4.0, start_within=30.0)


@dataclass(frozen=True)
class Where:
    """What the consumer asks of a service's settings, with the tests' short session."""

    kafka: KafkaAt
    kafka_session_timeout_ms: int = 6_000
    kafka_group_instance_id: str | None = None


def a_consumer(
    servers: str, pipeline: Pipeline, topic: str, *, pace: Pace = QUICK, static: str | None = None
) -> Consumer:
    exits: list[int] = []
    where = Where(KafkaAt(servers), kafka_group_instance_id=static)
    return Consumer(where, pipeline, [topic], pace=pace, exit_process=exits.append)


@asynccontextmanager
async def running(consumer: Consumer) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(consumer.run())
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.wait_for(task, 15)


@asynccontextmanager
async def a_hand(servers: str) -> AsyncIterator[AIOKafkaProducer]:
    """Write as any implementation might, our own rules or not."""
    producer = AIOKafkaProducer(bootstrap_servers=servers, acks="all")
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def write(
    hand: AIOKafkaProducer,
    topic: str,
    messages: Sequence[StepTaken],
    *,
    headers: Headers | None = None,
    partition: int | None = None,
) -> None:
    sent = [
        await hand.send(
            topic,
            message.model_dump_json().encode(),
            key=message.subject.encode(),
            partition=partition,
            headers=an_envelope(message).headers() if headers is None else headers,
        )
        for message in messages
    ]
    await asyncio.gather(*sent)


def numbered(thing: UUID, *numbers: int) -> list[StepTaken]:
    return [StepTaken(thing_id=thing, number=number) for number in numbers]


def many(count: int, *numbers: int) -> list[StepTaken]:
    """Steps of several things, interleaved."""
    things = [uuid4() for _ in range(count)]
    return [step for number in numbers for thing in things for step in numbered(thing, number)]
