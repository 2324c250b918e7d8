"""After a restore each outbox says its last hours again, and readers go on behind what is lost."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from sqlalchemy.ext.asyncio import create_async_engine

from chassis.database import psycopg_url
from chassis.messaging.consumer import kafka_group
from chassis.messaging.kafka_security import KafkaAt
from chassis.messaging.outbox import Outgoing, say
from chassis.messaging.relay import Relay
from contracts.envelope import Message
from contracts.topics import TopicCard
from deploy.containers.after_restore import say_again, skip_what_is_lost
from deploy.local.topics import create_topics
from tests.making.databases import ServiceDatabase
from tests.making.topics import a_topic, all_records
from tests.making.waiting import eventually

pytestmark = [pytest.mark.kafka]
HOUR = timedelta(hours=1)


def counted(topic: str) -> Callable[..., Message]:
    class Counted(Message, type="earlyhelp.test.counted.v1", topic=topic, subject="thing_id"):
        thing_id: UUID
        number: int

    return Counted


async def said(database: ServiceDatabase, topic: str, numbers: range, thing: UUID) -> None:
    engine = create_async_engine(psycopg_url(database.app_url))
    kind = counted(topic)
    for number in numbers:
        async with engine.begin() as conn:
            await say(conn, Outgoing(kind(thing_id=thing, number=number), "southend", number))
    await engine.dispose()


async def published(database: ServiceDatabase, servers: str, topic: str, count: int) -> list[str]:
    """Let a relay run until so many records lie in the topic; give their ids in order."""

    async def there() -> bool:
        return len(await all_records(servers, topic)) >= count

    relay = asyncio.create_task(Relay(database.app_url, KafkaAt(servers), "/kinbridge/test").run())
    try:
        await eventually(there, within=40)
    finally:
        relay.cancel()
        with suppress(asyncio.CancelledError):
            await relay
    records = await all_records(servers, topic)
    return [dict(record.headers)["ce_id"].decode() for record in records]


async def test_what_an_outbox_said_of_late_goes_out_again_under_the_same_ids_in_order(
    database: ServiceDatabase, kafka_servers: str
) -> None:
    topic, thing = await a_topic(kafka_servers), uuid4()
    await said(database, topic, range(1, 4), thing)
    first = await published(database, kafka_servers, topic, 3)
    assert say_again(database.owner_url, HOUR) == 3
    again = await published(database, kafka_servers, topic, 6)
    assert again == first + first
    assert set(Counter(again).values()) == {2}


async def test_what_is_older_than_the_overlap_stays_said(
    database: ServiceDatabase, kafka_servers: str
) -> None:
    topic, thing = await a_topic(kafka_servers), uuid4()
    await said(database, topic, range(1, 3), thing)
    await published(database, kafka_servers, topic, 2)
    with psycopg.connect(database.owner_url) as conn:
        conn.execute("UPDATE outbox SET created_at = created_at - interval '2 hours'")
    await said(database, topic, range(3, 4), thing)
    await published(database, kafka_servers, topic, 3)
    assert say_again(database.owner_url, HOUR) == 1


async def test_an_outbox_that_was_behind_at_the_backup_is_not_moved_forward(
    database: ServiceDatabase, kafka_servers: str
) -> None:
    await said(database, await a_topic(kafka_servers), range(1, 3), uuid4())
    assert say_again(database.owner_url, timedelta()) == 2


async def test_readers_go_on_behind_what_no_database_knows_any_more(
    database: ServiceDatabase, kafka_servers: str
) -> None:
    card = TopicCard(
        f"early-help-test-{uuid4().hex[:8]}", "a", "id", ("b", "c"), 7, (), "a test", 3
    )
    await create_topics(KafkaAt(kafka_servers), [card])
    await said(database, card.name, range(1, 6), uuid4())
    await published(database, kafka_servers, card.name, 5)
    await skip_what_is_lost(KafkaAt(kafka_servers), [card])
    for reader in card.consumers:
        assert await committed(kafka_servers, card, kafka_group(reader, card.name)) == 5


async def committed(servers: str, card: TopicCard, group: str) -> int:
    consumer = AIOKafkaConsumer(bootstrap_servers=servers, group_id=group)
    await consumer.start()
    try:
        places = [TopicPartition(card.name, number) for number in range(card.partitions)]
        return sum([await consumer.committed(place) or 0 for place in places])
    finally:
        await consumer.stop()
