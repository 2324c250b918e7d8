"""The world outside is away: a partner's receiver all morning, social care when it is urgent."""

from typing import Any

import pytest

from tests.faults.drill import Drill, a_drill
from tests.making.waiting import eventually

pytestmark = pytest.mark.faults

DELIVERIES = ("notifications", "deliveries")
PACKS = ("handover", "packs_on_their_way")
COUNCIL = "southend"


async def receivers_turn(drill: Drill, mode: str) -> None:
    drill.timeline.note(f"the schools' receivers are {mode}")
    for name in ("Oak Lane School", "Downs Primary School"):
        path = f"/partners/{drill.day.agencies[name].id}/mode"
        await drill.hub.simulate("POST", path, json={"mode": mode})


async def receivers_go_down(drill: Drill) -> None:
    drill.hub.let_wait.add(DELIVERIES)
    await receivers_turn(drill, "down")


async def receivers_come_back(drill: Drill) -> None:
    await receivers_turn(drill, "up")
    drill.hub.let_wait.clear()


async def test_a_receiver_that_was_down_all_morning_hears_everything_once() -> None:
    async with a_drill() as drill:
        drill.faults = {"1": receivers_go_down, "9": receivers_come_back}
        await drill.play()
        await drill.find_green()


async def care_turns(drill: Drill, mode: str, **more: int) -> None:
    drill.timeline.note(f"the social care system is {mode}")
    await drill.hub.simulate("POST", f"/care/{COUNCIL}/mode", json={"mode": mode, **more})


async def arrivals(drill: Drill) -> list[dict[str, Any]]:
    told = await drill.hub.simulate("GET", f"/care/{COUNCIL}/received", params={"limit": 1000})
    found: list[dict[str, Any]] = told["received"]
    return found


async def care_goes_down_with_a_pack_in_hand(drill: Drill) -> None:
    """It takes the urgent pack and never says so, and then it is away."""
    before = len(await arrivals(drill))
    drill.hub.let_wait.add(PACKS)
    await care_turns(drill, "slow", **{"for": 1})

    async def it_has_the_pack() -> bool:
        return len(await arrivals(drill)) > before

    await eventually(it_has_the_pack, within=120)
    await care_turns(drill, "down")


async def somebody_is_asked_to_ring(drill: Drill) -> None:
    """After the hour a named person has a phone task; then the system is back."""
    await drill.hub.move_clock(forward="PT65M")
    managers = [await drill.day.who(COUNCIL, part) for part in ("duty manager", "team manager")]
    prompts = [each for one in managers for each in await one.get("handover", "/prompts")]
    ring = [each for each in prompts if each["kind"] == "ring_social_care"]
    assert ring, [each["kind"] for each in prompts]
    assert all(each["urgent"] and each["assignee"] for each in ring)
    before = len(await arrivals(drill))
    await care_turns(drill, "up")

    async def it_came_late() -> bool:
        return len(await arrivals(drill)) > before

    await eventually(it_came_late, within=120)
    drill.hub.let_wait.clear()
    first, *again = (await arrivals(drill))[before - 1 :]
    assert again
    assert {each["pack"] for each in again} == {first["pack"]}
    assert {each["received"] for each in again} == {first["received"]}


async def test_social_care_away_on_the_urgent_road_brings_a_phone_task_and_one_pack() -> None:
    async with a_drill() as drill:
        drill.faults = {
            "6": care_goes_down_with_a_pack_in_hand,
            "diverts it; the handover is sent at once": somebody_is_asked_to_ring,
        }
        await drill.play()
        await drill.find_green()
