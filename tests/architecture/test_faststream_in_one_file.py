"""FastStream stays in one file, and every subscriber there is a careful one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from sqlalchemy.ext.asyncio import create_async_engine

from chassis.messaging import consumer
from chassis.messaging.consumer import Consumer, raw, tolerant
from chassis.messaging.kafka_security import KafkaAt
from chassis.messaging.pipeline import Pipeline
from tests.architecture.source import Source, sources

CODE = ("contracts", "chassis", "councils", "services", "deploy", "bench")
HOME = "chassis/messaging/consumer.py"
TOPICS = ("early-help-one", "early-help-two")


@dataclass(frozen=True)
class Where:
    kafka: KafkaAt = KafkaAt("127.0.0.1:9")  # noqa: RUF009 - frozen
    kafka_session_timeout_ms: int = 10_000
    kafka_group_instance_id: str | None = None


def imports_faststream(source: Source) -> bool:
    return any(name.split(".")[0] == "faststream" for name in source.imports)


def careless(broker: KafkaBroker) -> Iterator[str]:
    """Tell what would lose a message, answer one, or spin."""
    groups: dict[tuple[str, str | None], int] = {}
    for one in broker.subscribers:
        subscriber: Any = one
        told = subscriber._connection_args
        for topic in subscriber.topics:
            place = (topic.name, subscriber.group_id)
            groups[place] = groups.get(place, 0) + 1
        rules = {
            "names no group": bool(subscriber.group_id),
            "commits what was not handled": subscriber.ack_policy is AckPolicy.NACK_ON_ERROR,
            "commits by the clock": told["enable_auto_commit"] is False,
            "answers a reply_to": subscriber._no_reply,
            "begins at the end of a topic": told["auto_offset_reset"] == "earliest",
            "reads one by one": hasattr(subscriber, "max_records") and subscriber.max_records,
            "beats too seldom": told["heartbeat_interval_ms"] * 2 <= told["session_timeout_ms"],
            "lets FastStream read headers": broker.config.broker_parser is tolerant,
            "lets FastStream read bodies": broker.config.broker_decoder is raw,
            "asks too briefly": broker.config.builder.keywords["request_timeout_ms"] >= 40_000,
            "could publish": broker.config.consumer_only,
        }
        yield from (
            f"{subscriber.topic_names} {fault}" for fault, kept in rules.items() if not kept
        )
    yield from (f"{place} has {n} subscribers" for place, n in groups.items() if n > 1)


def _broker(where: Where) -> KafkaBroker:
    pipeline = Pipeline("referral", create_async_engine("postgresql+psycopg://"), {})
    return Consumer(where, pipeline, TOPICS).make_broker()


def test_faststream_is_imported_in_one_file() -> None:
    assert [source.path for source in sources(*CODE) if imports_faststream(source)] == [HOME]


@pytest.mark.parametrize(
    "planted",
    [
        "import faststream\n",
        "from faststream.kafka import KafkaBroker\n",
        "def late():\n    import faststream.kafka\n",
    ],
)
def test_an_import_elsewhere_is_seen(planted: str) -> None:
    assert imports_faststream(Source("services/planted.py", planted))


@pytest.mark.parametrize("static", [None, "replica-0"])
async def test_every_subscriber_is_a_careful_one(static: str | None) -> None:
    broker = _broker(Where(kafka_group_instance_id=static))
    assert list(careless(broker)) == []
    read = sorted(sub.topic_names for sub in broker.subscribers)  # type: ignore[attr-defined]
    assert read == [[topic] for topic in TOPICS]


async def test_a_careless_subscriber_is_seen() -> None:
    broker = KafkaBroker("127.0.0.1:9", request_timeout_ms=3_000)
    broker.subscriber("early-help-one")
    broker.subscriber("early-help-one")
    faults = " ".join(careless(broker))
    for fault in (
        "names no group",
        "commits what was not handled",
        "commits by the clock",
        "answers a reply_to",
        "begins at the end",
        "reads one by one",
        "lets FastStream read headers",
        "lets FastStream read bodies",
        "asks too briefly",
        "could publish",
        "has 2 subscribers",
    ):
        assert fault in faults


def test_faststream_writes_no_log_of_its_own() -> None:
    """Its own handler would print the values in an error beside our logs."""
    assert consumer.FASTSTREAM_LOG.handlers == []
    assert consumer.FASTSTREAM_LOG.propagate
