"""Order and once-only through all of it at once: refusals, waits, redelivery, twins, replays."""

import random
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from chassis.facts import NotAllowed
from chassis.messaging.arrivals import Record
from chassis.messaging.lines import all_lines
from chassis.messaging.parking import WaitsForFact
from chassis.messaging.replay import Replayer
from tests.chassis.messaging.steps import Room, StepTaken, a_record, a_room
from tests.making.databases import Fresh

pytestmark = pytest.mark.postgres
PER_THING = tuple(range(12))


@pytest.fixture
async def room(fresh_database: Fresh) -> AsyncIterator[Room]:
    async with a_room(fresh_database(""), parked_in_a_row=10_000) as room:
        yield room


async def _replay(room: Room) -> None:
    async with room.engine.connect() as conn:
        lines = await all_lines(conn, "steps")
    for line in lines:
        await Replayer(room.pipeline).replay(line)


def _a_topic_of(room: Room, dice: random.Random) -> list[Record]:
    """Steps of eight things, dealt out in an order of chance that keeps each thing's own."""
    decks = {uuid4(): list(PER_THING) for _ in range(8)}
    steps = []
    while left := [thing for thing, deck in decks.items() if deck]:
        thing = dice.choice(left)
        step = StepTaken(thing_id=thing, number=decks[thing].pop(0))
        if dice.random() < 0.15:
            mishap = dice.choice([NotAllowed("Not now."), WaitsForFact("thing:1"), ValueError()])
            room.handling.mishaps[thing, step.number] = mishap
        steps.append(step)
    return [a_record(step, offset) for offset, step in enumerate(steps)]


@pytest.mark.parametrize("seed", range(6))
async def test_every_step_is_taken_once_and_in_its_things_order(room: Room, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - a day that can be played again
    records = _a_topic_of(room, dice)
    position = 0
    while position < len(records):
        begin = max(0, position - dice.randrange(20))  # Kafka hands out some again
        end = position + dice.randrange(1, 25)
        await room.pipeline.process(records[begin:end])
        position = end
        if dice.random() < 0.3:
            for step in dice.sample(list(room.handling.mishaps), len(room.handling.mishaps) // 3):
                del room.handling.mishaps[step]
            await _replay(room)
    room.handling.mishaps.clear()
    await _replay(room)
    rows = await room.rows("SELECT array_agg(number ORDER BY place) AS n FROM taken GROUP BY thing")
    assert [tuple(row.n) for row in rows] == [PER_THING] * 8
    assert await room.parked() == []
    assert await room.rows("SELECT 1 FROM parked_key") == []
