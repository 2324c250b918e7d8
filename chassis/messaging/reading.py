"""How to read from Kafka: where it is, how much to take at once, how long to wait for what."""

from dataclasses import dataclass
from typing import Any, Protocol

from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis.messaging.kafka_security import KafkaAt


class WhereToRead(Protocol):
    """What the consumer asks of the settings; `ServiceSettings` has it."""

    @property
    def kafka(self) -> KafkaAt:
        """Where Kafka is, and how to be let in."""

    @property
    def kafka_session_timeout_ms(self) -> int:
        """How long a silent member keeps its partitions."""

    @property
    def kafka_group_instance_id(self) -> str | None:
        """The name of a static member, where replicas keep theirs."""


@dataclass(frozen=True)
class Pace:
    """How much to read at once, and how long, in seconds, to wait for what."""

    max_records: int = 500
    batch_timeout_ms: int = 10
    wait_ms: int = 1_000
    start_within: float = 60.0
    stop_within: float = 6.0
    look_every: float = 5.0
    stalled_after: float = 120.0


def wait_long(consumer: AIOKafkaConsumer, milliseconds: int) -> None:
    """Let a client wait for records for longer than FastStream asks it to.

    It answers as soon as there are any, but after an empty answer FastStream sleeps for as long
    again: a long wait asked for there would be late, and a short one turns all day for nothing.
    """
    ask = consumer.getmany

    async def getmany(*partitions: TopicPartition, **asked: Any) -> Any:
        return await ask(*partitions, **{**asked, "timeout_ms": milliseconds})

    consumer.getmany = getmany
