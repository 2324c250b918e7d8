"""The consumer while Kafka is down at the start, is killed, hangs, or the reading just stops."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from functools import partial

import pytest
from aiokafka import TopicPartition
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.messaging.progress import Progress
from chassis.messaging.reading import Pace
from deploy.local.kafka import LocalKafka
from tests.chassis.messaging.reading import a_consumer, a_hand, many, numbered, running, write
from tests.chassis.messaging.steps import Room, a_room
from tests.making.databases import Fresh
from tests.making.servers import own_broker
from tests.making.topics import a_topic
from tests.making.waiting import eventually

PLACE, OTHER = TopicPartition("t", 0), TopicPartition("t", 1)


@pytest.fixture
async def room(fresh_database: Fresh) -> AsyncIterator[Room]:
    async with a_room(fresh_database(""), patience=1) as room:
        yield room


@pytest.fixture(scope="module")
def broker() -> Iterator[LocalKafka]:
    with own_broker() as broker:
        yield broker


async def _are_taken(room: Room, count: int) -> bool:
    return len(await room.taken()) >= count


async def _orders(room: Room) -> set[tuple[int, ...]]:
    rows = await room.rows("SELECT array_agg(number ORDER BY place) AS n FROM taken GROUP BY thing")
    return {tuple(row.n) for row in rows}


@pytest.mark.postgres
@pytest.mark.kafka
async def test_reading_begins_when_kafka_comes_up_and_goes_on_after_it_was_killed(
    room: Room, broker: LocalKafka
) -> None:
    topic = await a_topic(broker.bootstrap)
    await asyncio.to_thread(broker.stop)
    consumer = a_consumer(broker.bootstrap, room.pipeline, topic)
    before, after = many(10, *range(5)), []
    async with running(consumer):
        await eventually(lambda: consumer._broker is None and consumer.moved_at, within=15)
        assert not consumer.reading
        await asyncio.to_thread(broker.start)
        await eventually(lambda: consumer.reading, within=20)
        async with a_hand(broker.bootstrap) as hand:
            await write(hand, topic, before)
        await eventually(partial(_are_taken, room, 50))
        await asyncio.to_thread(broker.kill)
        assert await consumer.lag() == 1, "nobody can tell that it is quiet"
        await asyncio.to_thread(broker.start)
        after = [m for n in range(5, 10) for m in before[:10] for m in numbered(m.thing_id, n)]
        async with a_hand(broker.bootstrap) as hand:
            await write(hand, topic, after)
        await eventually(partial(_are_taken, room, 100), within=40)
        assert consumer.reading
    assert await _orders(room) == {tuple(range(10))}
    assert len(room.handling.asked) == 100


@pytest.mark.postgres
@pytest.mark.kafka
async def test_a_partition_that_stops_by_itself_ends_the_process(
    room: Room, kafka_servers: str
) -> None:
    topic = await a_topic(kafka_servers)
    message = numbered(many(1, 1)[0].thing_id, 1)

    async def hang(_conn: AsyncConnection) -> None:
        await asyncio.Event().wait()

    room.handling.mishaps[message[0].thing_id, 1] = hang
    exits: list[int] = []
    pace = Pace(look_every=0.1, stalled_after=0.5, stop_within=1)
    consumer = a_consumer(kafka_servers, room.pipeline, topic, pace=pace)
    consumer._exit = exits.append
    async with a_hand(kafka_servers) as hand:
        await write(hand, topic, message)
    async with running(consumer):
        await eventually(lambda: exits)
    assert exits[0] == 70


@pytest.mark.faults
@pytest.mark.postgres
@pytest.mark.kafka
async def test_reading_goes_on_with_a_new_client_after_kafka_hung(
    room: Room, broker: LocalKafka
) -> None:
    topic = await a_topic(broker.bootstrap)
    pace = Pace(look_every=0.5, stalled_after=2, stop_within=2, start_within=5)
    consumer = a_consumer(broker.bootstrap, room.pipeline, topic, pace=pace)
    async with running(consumer):
        await eventually(lambda: consumer.reading, within=20)
        first = consumer._broker
        broker.pause()
        await eventually(lambda: consumer._broker is not first, within=30)
        broker.resume()
        async with a_hand(broker.bootstrap) as hand:
            await write(hand, topic, many(10, *range(5)))
        await eventually(partial(_are_taken, room, 50), within=60)
    assert await _orders(room) == {tuple(range(5))}


def _a_progress() -> tuple[Progress, list[float]]:
    time = [0.0]
    return Progress(60, now=lambda: time[0]), time


def test_an_idle_partition_has_not_stalled() -> None:
    progress, time = _a_progress()
    assert progress.stalled({PLACE: 0}) == []
    time[0] = 1000
    assert progress.stalled({PLACE: 0}) == []


def test_a_partition_stalls_while_another_moves() -> None:
    progress, time = _a_progress()
    stalled: list[TopicPartition] = []
    for minute in range(3):
        time[0] = 40.0 * minute
        progress.reach(OTHER, minute)
        stalled = progress.stalled({PLACE: 5, OTHER: 5})
    assert stalled == [PLACE]


def test_records_worked_however_slowly_are_progress() -> None:
    progress, time = _a_progress()
    for minute in range(5):
        time[0] = 59.0 * minute
        assert progress.stalled({PLACE: 5}) == []
        progress.reach(PLACE, minute)


def test_a_partition_that_waits_for_the_database_has_not_stalled() -> None:
    progress, time = _a_progress()
    for minute in range(5):
        time[0] = 59.0 * minute
        assert progress.stalled({PLACE: 5}) == []
        progress.held_up()


def test_a_partition_that_was_taken_away_has_not_stalled() -> None:
    progress, time = _a_progress()
    progress.stalled({PLACE: 5})
    progress.forget([PLACE])
    time[0] = 61
    assert progress.stalled({}) == []
    assert progress.stalled({PLACE: 5}) == []
