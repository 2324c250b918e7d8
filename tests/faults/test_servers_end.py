"""Kafka or PostgreSQL ends, or hangs, in the middle of a day, and comes back."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from deploy.local.stack import Stack
from tests.faults.drill import Drill, a_drill
from tests.making.waiting import lasting

pytestmark = pytest.mark.faults


@dataclass(frozen=True)
class Outage:
    """What happens to a server, for how long, and how it comes back."""

    what: str
    seconds: float
    strike: Callable[[Stack], None]
    mend: Callable[[Stack], None]

    async def __call__(self, drill: Drill) -> None:
        """Strike; the day goes on."""
        drill.timeline.note(self.what)
        await asyncio.to_thread(self.strike, drill.stack)
        drill.beside(self._mended(drill))

    async def _mended(self, drill: Drill) -> None:
        await lasting(self.seconds)
        await asyncio.to_thread(self.mend, drill.stack)
        drill.timeline.note(f"after {self.seconds:g} s it is ready again")


OUTAGES = (
    Outage("kill -9 · Kafka", 5, Stack.kill_kafka, Stack.start_kafka),
    Outage("Kafka hangs", 16, Stack.pause_kafka, Stack.resume_kafka),
    Outage("kill -9 · PostgreSQL", 5, Stack.kill_postgres, Stack.start_postgres),
)


@pytest.mark.parametrize("outage", OUTAGES, ids=lambda outage: outage.what)
async def test_a_server_is_away_three_times_a_day_and_nothing_is_lost(outage: Outage) -> None:
    async with a_drill() as drill:
        early, middle, late = sorted(drill.dice().sample(range(3, 60), 3))
        drill.faults = {
            f"act {early}": outage,
            f"after act {middle}": outage,
            f"after act {late}": outage,
        }
        await drill.play()
        await drill.find_green()
