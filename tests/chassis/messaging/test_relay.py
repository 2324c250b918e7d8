"""The relay on a real PostgreSQL of its own and a real Kafka."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from chassis.clocks import new_id
from chassis.database import psycopg_url
from chassis.messaging import outbox
from chassis.messaging.cursor import (
    BEHIND,
    AnotherRelayTookOver,
    OutboxReader,
    RestoredElsewhere,
)
from chassis.messaging.kafka_security import KafkaAt
from chassis.messaging.outbox import Outgoing, OversizedMessage, say
from chassis.messaging.relay import Relay, partition_of
from contracts.envelope import Envelope, Message
from tests.making.databases import ServiceDatabase
from tests.making.servers import own_broker
from tests.making.topics import a_topic, all_records
from tests.making.waiting import eventually

pytestmark = [pytest.mark.kafka]


@pytest.fixture
async def engine(database: ServiceDatabase) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(psycopg_url(database.app_url))
    yield engine
    await engine.dispose()


def a_message(topic: str, thing: UUID, number: int = 1) -> Outgoing:
    class Counted(Message, type="earlyhelp.test.counted.v1", topic=topic, subject="thing_id"):
        thing_id: UUID
        number: int

    return Outgoing(Counted(thing_id=thing, number=number), "southend", number)


@asynccontextmanager
async def running(database: ServiceDatabase, servers: str) -> AsyncIterator[Relay]:
    relay = Relay(database.app_url, KafkaAt(servers), "/kinbridge/test")

    async def again_and_again() -> None:
        while True:
            with suppress(Exception):
                await relay.run()
            relay.failures += 1
            await asyncio.wait_for(asyncio.get_running_loop().run_in_executor(None, int), 1)

    task = asyncio.create_task(again_and_again())
    try:
        yield relay
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def unpublished(database: ServiceDatabase) -> int:
    async with await psycopg.AsyncConnection.connect(database.app_url) as conn:
        row = await (await conn.execute(BEHIND)).fetchone()
    return int(row[0]) if row else 0


async def all_published(database: ServiceDatabase) -> None:
    async def none_wait() -> bool:
        return await unpublished(database) == 0

    await eventually(none_wait, within=40)


async def test_a_message_said_in_a_commit_arrives_with_its_whole_envelope(
    database: ServiceDatabase, engine: AsyncEngine, kafka_servers: str
) -> None:
    topic, thing = await a_topic(kafka_servers), uuid4()
    async with engine.begin() as conn:
        await say(conn, a_message(topic, thing))
    async with running(database, kafka_servers):
        await all_published(database)
    (record,) = await all_records(kafka_servers, topic)
    envelope = Envelope.from_headers(record.headers)
    assert record.key == str(thing).encode()
    assert sorted(record.headers) == sorted(envelope.headers())
    assert (envelope.source, envelope.type) == ("/kinbridge/test", "earlyhelp.test.counted.v1")


async def test_what_is_rolled_back_is_never_published(
    database: ServiceDatabase, engine: AsyncEngine, kafka_servers: str
) -> None:
    topic = await a_topic(kafka_servers)
    async with engine.connect() as conn:
        await say(conn, a_message(topic, uuid4()))
        await conn.rollback()
    async with engine.begin() as conn:
        await say(conn, a_message(topic, uuid4()))
    async with running(database, kafka_servers):
        await all_published(database)
    assert len(await all_records(kafka_servers, topic)) == 1


async def test_an_earlier_id_that_commits_later_is_not_lost(
    database: ServiceDatabase, engine: AsyncEngine, kafka_servers: str
) -> None:
    topic, slow, quick = await a_topic(kafka_servers), uuid4(), uuid4()
    async with running(database, kafka_servers):
        async with engine.begin() as held:
            await say(held, a_message(topic, slow))
            async with engine.begin() as conn:
                await say(conn, a_message(topic, quick))
        await all_published(database)
    keys = {record.key for record in await all_records(kafka_servers, topic)}
    assert keys == {str(slow).encode(), str(quick).encode()}


async def test_who_began_first_and_spoke_second_is_heard_second(
    database: ServiceDatabase, engine: AsyncEngine, kafka_servers: str
) -> None:
    topic, thing = await a_topic(kafka_servers), uuid4()
    async with running(database, kafka_servers):
        async with engine.begin() as began_first:
            await say(began_first, a_message(topic, uuid4()))
            async with engine.begin() as spoke_first:
                await say(spoke_first, a_message(topic, thing, 1))
            await say(began_first, a_message(topic, thing, 2))
        await all_published(database)
    heard = [r for r in await all_records(kafka_servers, topic) if r.key == str(thing).encode()]
    assert [Envelope.from_headers(r.headers).sequence for r in heard] == [1, 2]


async def test_order_per_key_and_no_loss_survive_a_kafka_that_is_killed(
    database: ServiceDatabase, engine: AsyncEngine
) -> None:
    things = [uuid4() for _ in range(7)]
    with own_broker() as broker:
        topic = await a_topic(broker.bootstrap)
        async with running(database, broker.bootstrap):
            for number in range(1, 61):
                async with engine.begin() as conn:
                    await say(conn, *(a_message(topic, thing, number) for thing in things))
                if number == 20:
                    broker.kill()
                if number == 40:
                    await asyncio.to_thread(broker.start)
            await all_published(database)
        records = await all_records(broker.bootstrap, topic)
    heard: dict[bytes, list[int]] = defaultdict(list)
    for record in records:
        sequence = Envelope.from_headers(record.headers).sequence
        if sequence not in heard[record.key]:  # an adjacent twin is the inbox's to remove
            heard[record.key].append(sequence)
    assert heard == {str(thing).encode(): list(range(1, 61)) for thing in things}


async def test_two_relays_never_publish_side_by_side(
    database: ServiceDatabase, engine: AsyncEngine, kafka_servers: str
) -> None:
    topic, thing = await a_topic(kafka_servers), uuid4()
    async with running(database, kafka_servers), running(database, kafka_servers):
        for number in range(1, 51):
            async with engine.begin() as conn:
                await say(conn, a_message(topic, thing, number))
        await all_published(database)
    sequences = [
        Envelope.from_headers(r.headers).sequence for r in await all_records(kafka_servers, topic)
    ]
    assert sequences == list(range(1, 51))


async def test_a_relay_that_lost_its_cursor_may_not_move_it(database: ServiceDatabase) -> None:
    async with (
        OutboxReader(database.app_url, 0, new_id()) as first,
        OutboxReader(database.app_url, 0, new_id()) as second,
    ):
        place = await first.take()
        await second.take()
        with pytest.raises(AnotherRelayTookOver):
            await first.keep(place)


async def test_a_database_restored_elsewhere_is_noticed(database: ServiceDatabase) -> None:
    with psycopg.connect(database.app_url) as conn:
        conn.execute("UPDATE outbox_cursor SET cluster = 'another'")
    async with OutboxReader(database.app_url, 0, new_id()) as outbox:
        with pytest.raises(RestoredElsewhere):
            await outbox.take()


def test_a_key_keeps_its_partition_for_ever() -> None:
    keys = [
        b"01a20475-7bae-7535-a05a-352c44770458",
        b"01a20475-7bc0-71ba-9a99-4ffeddb9b47e",
        b"01a20475-7bcf-7723-a9cf-c09c708a7456",
    ]
    assert [partition_of(key, 6) for key in keys] == [1, 1, 3]


def test_an_oversized_message_is_refused_before_it_is_written() -> None:
    class Fat(Message, type="earlyhelp.test.fat.v1", topic="t", subject="thing_id"):
        thing_id: UUID
        words: str

    with pytest.raises(OversizedMessage):
        Outgoing(Fat(thing_id=uuid4(), words="x" * outbox.LARGEST_BODY), "southend", 1).row()
