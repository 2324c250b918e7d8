"""The field clock moves for every process that follows its file, and for due dates alone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chassis.clocks import FieldClock, wall_now
from tests.making.simulators import simulators

SOON = timedelta(seconds=5)


async def test_ten_days_pass_in_one_request(tmp_path: Path) -> None:
    async with simulators(tmp_path) as sims:
        await sims.http.post("/clock", json={"forward": "P9D"})
        told = (await sims.http.post("/clock", json={"forward": "P1D"})).json()
    assert told["offset_seconds"] == pytest.approx(864_000, abs=5)
    elsewhere = FieldClock(tmp_path / "clock" / "field.json")
    assert abs(elsewhere.now() - wall_now() - timedelta(days=10)) < SOON


async def test_the_day_can_be_set_and_is_kept_through_a_restart(tmp_path: Path) -> None:
    monday = datetime(2026, 11, 30, 9, tzinfo=UTC)
    async with simulators(tmp_path) as sims:
        assert (await sims.http.post("/clock", json={"to": monday.isoformat()})).status_code == 200
    async with simulators(tmp_path) as sims:
        told = (await sims.http.get("/clock")).json()
    assert abs(datetime.fromisoformat(told["field"]) - monday) < SOON
    assert abs(datetime.fromisoformat(told["wall"]) - wall_now()) < SOON


@pytest.mark.parametrize(
    "asked",
    [{}, {"forward": "P1D", "to": "2026-11-30T09:00:00Z"}, {"forward": "P9999D"}, {"to": "9:00"}],
)
async def test_a_move_that_makes_no_sense_leaves_the_clock_alone(
    tmp_path: Path, asked: dict[str, str]
) -> None:
    async with simulators(tmp_path) as sims:
        assert (await sims.http.post("/clock", json=asked)).status_code == 422
        assert (await sims.http.get("/clock")).json()["offset_seconds"] == 0
