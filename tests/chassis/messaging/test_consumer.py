"""The consumer on a real Kafka: what comes in is never lost, doubled or out of order."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from chassis.clocks import new_id
from chassis.facts import NotAllowed, TryLater
from chassis.messaging.consumer import kafka_group
from chassis.messaging.parking import WaitsForFact, fact_arrived
from chassis.messaging.pipeline import Pipeline
from chassis.messaging.replay import Replayer
from tests.chassis.messaging.reading import (
    a_consumer,
    a_hand,
    many,
    numbered,
    running,
    write,
)
from tests.chassis.messaging.steps import Room, StepTaken, a_room, an_engine, an_envelope
from tests.making.databases import Fresh
from tests.making.topics import a_topic
from tests.making.waiting import eventually

pytestmark = [pytest.mark.postgres, pytest.mark.kafka]


@pytest.fixture
async def room(fresh_database: Fresh) -> AsyncIterator[Room]:
    async with a_room(fresh_database(""), parked_in_a_row=5, patience=1) as room:
        yield room


@pytest.fixture
async def topic(kafka_servers: str) -> str:
    return await a_topic(kafka_servers)


@pytest.fixture
async def hand(kafka_servers: str) -> AsyncIterator[Any]:
    async with a_hand(kafka_servers) as hand:
        yield hand


async def _are_taken(room: Room, count: int) -> bool:
    return len(await room.taken()) >= count


async def _are_parked(room: Room, count: int) -> bool:
    return len(await room.parked()) >= count


async def _orders(room: Room) -> set[tuple[int, ...]]:
    rows = await room.rows("SELECT array_agg(number ORDER BY place) AS n FROM taken GROUP BY thing")
    return {tuple(row.n) for row in rows}


async def test_records_of_all_partitions_are_taken_in_the_order_of_each_key(
    room: Room, kafka_servers: str, topic: str, hand: Any
) -> None:
    await write(hand, topic, many(20, *range(10)))
    consumer = a_consumer(kafka_servers, room.pipeline, topic)
    assert not consumer.reading
    assert await consumer.lag() == 1
    async with running(consumer):
        await eventually(partial(_are_taken, room, 200))
        assert consumer.reading
        assert await consumer.live() is None

        async def is_quiet() -> bool:
            return await consumer.lag() == 0

        await eventually(is_quiet)
    assert await _orders(room) == {tuple(range(10))}


async def test_null_and_unreadable_headers_are_parked_and_never_lost(
    room: Room, kafka_servers: str, topic: str, hand: Any
) -> None:
    good, *bad = numbered(uuid4(), 1), numbered(uuid4(), 1), numbered(uuid4(), 1)
    null = [(n, None if n == "ce_id" else v) for n, v in an_envelope(bad[0][0]).headers()]
    unread = [(n, b"\xff" if n == "ce_id" else v) for n, v in an_envelope(bad[1][0]).headers()]
    stray = [*an_envelope(good[0]).headers(), ("x-null", None), ("x-bytes", b"\xff\xfe")]
    await write(hand, topic, bad[0], headers=null)
    await write(hand, topic, bad[1], headers=unread)
    await write(hand, topic, good, headers=stray)
    async with running(a_consumer(kafka_servers, room.pipeline, topic)):
        await eventually(partial(_are_taken, room, 1))
        await eventually(partial(_are_parked, room, 2))
    assert {reason for _, reason in await room.parked()} == {"malformed-envelope"}


async def test_a_reply_is_never_sent_whoever_asks_for_one(
    room: Room, kafka_servers: str, topic: str, hand: Any
) -> None:
    answers = await a_topic(kafka_servers)
    message = numbered(uuid4(), 1)
    headers = [*an_envelope(message[0]).headers(), ("reply_to", answers.encode())]
    await write(hand, topic, message, headers=headers)
    consumer = a_consumer(kafka_servers, room.pipeline, topic)
    async with running(consumer):
        await eventually(partial(_are_taken, room, 1))

        async def is_done() -> bool:
            return await consumer.lag() == 0

        await eventually(is_done)
    from tests.making.topics import all_records

    assert await all_records(kafka_servers, answers) == []
    assert await room.taken() == [1]


async def test_a_poison_record_is_parked_and_the_other_keys_go_on(
    room: Room, kafka_servers: str, topic: str, hand: Any
) -> None:
    poisoned = uuid4()
    room.handling.mishaps[poisoned, 2] = NotAllowed("Not now.")
    await write(hand, topic, [*numbered(poisoned, 1, 2, 3), *many(5, 1, 2, 3)], partition=0)
    async with running(a_consumer(kafka_servers, room.pipeline, topic)):
        await eventually(partial(_are_taken, room, 16))
        await eventually(partial(_are_parked, room, 2))
    assert await room.taken(poisoned) == [1]
    assert [reason for _, reason in await room.parked()] == ["not-allowed-now", "behind-parked"]


async def test_a_message_before_its_fact_waits_and_is_replayed(
    room: Room, kafka_servers: str, topic: str, hand: Any
) -> None:
    early, builds_on = uuid4(), uuid4()

    async def needs_the_other(_conn: object) -> None:
        if builds_on not in {thing for thing, _ in room.handling.asked}:
            raise WaitsForFact(f"thing:{builds_on}")

    room.handling.mishaps[early, 1] = needs_the_other
    room.handling.mishaps[builds_on, 1] = partial(_say, f"thing:{builds_on}")
    replaying = asyncio.create_task(Replayer(room.pipeline).run())
    async with running(a_consumer(kafka_servers, room.pipeline, topic)):
        await write(hand, topic, numbered(early, 1, 2))
        await eventually(partial(_are_parked, room, 2))
        await write(hand, topic, numbered(builds_on, 1))
        await eventually(partial(_are_taken, room, 3))
    replaying.cancel()
    assert await room.taken(early) == [1, 2]


async def _say(fact: str, conn: Any) -> None:
    await fact_arrived(conn, fact)


async def test_what_was_committed_to_the_database_alone_is_not_done_twice(
    room: Room, kafka_servers: str, topic: str, hand: Any
) -> None:
    """As after a crash between the two commits: the group's offsets are behind the inbox."""
    messages = many(4, 1, 2, 3)
    await write(hand, topic, messages)
    lost: list[Any] = []
    consumer = a_consumer(kafka_servers, room.pipeline, topic)
    take = consumer._take

    async def take_and_crash(records: Any) -> None:
        await take(records)
        lost.append(records)
        raise TryLater

    consumer._take = take_and_crash  # type: ignore[method-assign]
    async with running(consumer):
        await eventually(partial(_are_taken, room, 12))
        await eventually(lambda: len(lost) > 3)
    second = a_consumer(kafka_servers, room.pipeline, topic)
    async with running(second):

        async def is_done() -> bool:
            return await second.lag() == 0

        await eventually(is_done)
    assert await _orders(room) == {(1, 2, 3)}
    assert len(room.handling.asked) == 12


async def test_after_a_rebalance_each_key_keeps_its_order_and_nothing_is_doubled(
    room: Room, kafka_servers: str, topic: str, hand: Any
) -> None:
    twin_engine = an_engine(room.database)
    twin = Pipeline("steps", twin_engine, {StepTaken: room.handling}, patience=1)
    messages = many(30, *range(20))
    first = a_consumer(kafka_servers, room.pipeline, topic)
    second = a_consumer(kafka_servers, twin, topic)
    async with running(first):
        writing = asyncio.create_task(write(hand, topic, messages))
        await eventually(partial(_are_taken, room, 50))
        async with running(second):
            await eventually(lambda: second.reading, within=20)
        await writing
        await eventually(partial(_are_taken, room, 600), within=30)
    await twin_engine.dispose()
    assert await _orders(room) == {tuple(range(20))}


async def test_while_the_database_is_away_the_partition_waits_and_loses_nothing(
    room: Room, kafka_servers: str, topic: str, hand: Any
) -> None:
    messages = numbered(uuid4(), 1, 2, 3)
    room.handling.mishaps[messages[1].thing_id, 2] = TryLater()
    await write(hand, topic, messages)
    async with running(a_consumer(kafka_servers, room.pipeline, topic)):
        await eventually(lambda: len(room.handling.asked) > 8)
        assert await room.taken() == []
        room.handling.mishaps.clear()
        await eventually(partial(_are_taken, room, 3))
    assert await room.taken() == [1, 2, 3]
    assert await room.parked() == []


async def test_reading_stops_and_says_so_when_everything_parks(
    room: Room, kafka_servers: str, topic: str, hand: Any
) -> None:
    messages = many(12, 1)
    room.handling.mishaps = {(m.thing_id, 1): NotAllowed("Not now.") for m in messages}
    await write(hand, topic, messages)
    consumer = a_consumer(kafka_servers, room.pipeline, topic)
    async with running(consumer) as reading:
        await eventually(lambda: consumer.halted)
        await eventually(lambda: _is_halted(room))
        assert not reading.done()
    assert len(await room.parked()) == 5
    room.handling.mishaps.clear()
    again = a_consumer(kafka_servers, room.pipeline, topic)
    async with running(again):
        await eventually(partial(_are_taken, room, 7))
    assert len(await room.parked()) == 5


def _is_halted(room: Room) -> bool:
    from prometheus_client import REGISTRY

    group = {"group": room.pipeline.group}
    return REGISTRY.get_sample_value("kinbridge_consumer_halted", group) == 1


async def test_a_static_member_keeps_its_partitions_over_a_restart(
    room: Room, kafka_servers: str, topic: str, hand: Any
) -> None:
    name = f"replica-{new_id().hex[:6]}"
    for number in (1, 2):
        await write(hand, topic, many(3, number))
        async with running(a_consumer(kafka_servers, room.pipeline, topic, static=name)):
            await eventually(partial(_are_taken, room, 3 * number))
    assert kafka_group("steps", topic) == f"steps.{topic}"
