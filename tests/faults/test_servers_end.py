"""Kafka or PostgreSQL ends, or hangs, in the middle of a day, and comes back."""

import asyncio

import pytest

from tests.faults.drill import Drill, Fault, a_drill
from tests.making.waiting import lasting

pytestmark = pytest.mark.faults


async def kafka_ends(drill: Drill) -> None:
    drill.timeline.note("kill -9 · Kafka")
    await asyncio.to_thread(drill.stack.kill_kafka)
    await lasting(5)
    await asyncio.to_thread(drill.stack.start_kafka)
    drill.timeline.note("Kafka is ready again")


async def kafka_hangs(drill: Drill) -> None:
    drill.timeline.note("Kafka hangs for 16 s")
    drill.stack.pause_kafka()
    await lasting(16)
    drill.stack.resume_kafka()
    drill.timeline.note("Kafka goes on")


async def postgresql_ends(drill: Drill) -> None:
    drill.timeline.note("kill -9 · PostgreSQL")
    await asyncio.to_thread(drill.stack.kill_postgres)
    await lasting(5)
    await asyncio.to_thread(drill.stack.start_postgres)
    drill.timeline.note("PostgreSQL answers again")


@pytest.mark.parametrize("fault", [kafka_ends, kafka_hangs, postgresql_ends])
async def test_a_server_ends_three_times_a_day_and_nothing_is_lost(fault: Fault) -> None:
    async with a_drill() as drill:
        dice = drill.dice()
        places = sorted(dice.sample(range(3, 60), 3))
        drill.faults = {f"act {place}": fault for place in places}
        await drill.play()
        assert await drill.wrongs() == [], f"replay it: KINBRIDGE_SEED={drill.seed} make faults"
