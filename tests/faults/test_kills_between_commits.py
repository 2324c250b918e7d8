"""The kill drill: every service ends at named commits, and Kafka is away while referrals come."""

import pytest

from tests.faults.commits import COMMITS, chosen
from tests.faults.drill import a_drill, chosen_seed
from tests.faults.intake import SENT_MEANWHILE, STORIES, SURNAME, DayWithoutKafka

pytestmark = pytest.mark.faults


async def test_kills_between_commits_lose_nothing_and_double_nothing() -> None:
    seed = chosen_seed()
    async with a_drill(chosen(seed), seed=seed, day_class=DayWithoutKafka) as drill:
        drill.stories.append(SENT_MEANWHILE)
        drill.planted.append(SURNAME)
        day = drill.day
        assert isinstance(day, DayWithoutKafka)
        day.drill = drill
        await drill.play()
        await drill.find_green()
        assert len(day.answered) >= 30 + len(STORIES)
        assert all(drill.keeper.starts[service] >= 3 for service in COMMITS)
