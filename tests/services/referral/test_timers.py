"""Clocks that run out prompt a person; they decide nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.making.front_door import FrontDoor
from tests.making.referrals import a_mother, a_referral, an_acceptance, with_danger

pytestmark = pytest.mark.postgres

TUESDAY_MORNING = datetime(2027, 1, 12, 10, 0, tzinfo=UTC)
FRIDAY_EVENING = datetime(2027, 1, 15, 17, 35, tzinfo=UTC)


async def received(door: FrontDoor, at: datetime, **other: Any) -> str:
    door.room.clock.move_to(at)
    body = a_referral(**other)
    answer = await door.client.post("/referrals", json=body, headers=await door.as_agency())
    assert answer.status_code == 201, answer.text
    return str(answer.json()["referral_id"])


async def later(door: FrontDoor, **by: float) -> None:
    """Move the field's clock on and run every timer that is then due."""
    door.room.clock.move_to(door.room.clock.now() + timedelta(**by))
    runner = door.app.state.running.timers
    while await runner.run_next():
        pass


async def test_danger_that_nobody_takes_goes_to_the_manager(door: FrontDoor) -> None:
    referral = await received(door, TUESDAY_MORNING, danger=with_danger())
    assert set(await door.asked(referral)) == {"danger"}
    await later(door, minutes=14)
    assert set(await door.asked(referral)) == {"danger"}
    await later(door, minutes=2)
    asked = await door.asked(referral)
    assert asked["danger_not_taken"]["role"] == "duty_manager"


async def test_danger_that_was_taken_goes_to_nobody_else(door: FrontDoor) -> None:
    referral = await received(door, TUESDAY_MORNING, danger=with_danger())
    prompt = (await door.asked(referral))["danger"]["id"]
    taken = await door.client.post(f"/prompts/{prompt}/taken", headers=door.as_worker())
    assert taken.status_code == 200
    await later(door, minutes=20)
    assert set(await door.asked(referral)) == {"danger"}


async def test_danger_on_a_friday_evening_does_not_wait_for_monday(door: FrontDoor) -> None:
    door.room.clock.move_to(FRIDAY_EVENING)
    answer = await door.client.post(
        "/referrals",
        json=a_referral(danger=with_danger()),
        headers=await door.as_agency(),
    )
    assert "out-of-hours team" in answer.json()["next_step"]
    assert answer.json()["out_of_hours"]["phone"] == "01632 960199"
    asked = await door.asked(answer.json()["referral_id"])
    assert asked["danger_ring_out_of_hours_team"]["urgent"] is True


async def test_a_referral_that_nobody_takes_up_is_shown_to_the_manager(door: FrontDoor) -> None:
    referral = await received(door, TUESDAY_MORNING)
    await later(door, hours=31)
    assert await door.asked(referral) == {}
    await later(door, hours=1)
    assert (await door.asked(referral))["screening_overdue"]["role"] == "duty_manager"


async def test_no_agreement_no_contact_and_no_decision_are_each_asked_about(
    door: FrontDoor,
) -> None:
    referral = await received(door, TUESDAY_MORNING, agreement=[])
    await door.client.post(f"/referrals/{referral}/screening", json={}, headers=door.as_worker())
    await later(door, days=14)
    assert set(await door.asked(referral)) == {
        "agreement_missing",
        "family_not_reached",
        "decision_overdue",
    }
    state = await door.client.get(f"/referrals/{referral}", headers=door.as_worker())
    assert state.json()["status"] == "screening"


async def test_when_the_pregnancy_has_come_far_enough_a_worker_is_told(door: FrontDoor) -> None:
    household = {"children": [{"key": "c1", "expected": "2027-08-20"}]}
    referral = await received(
        door, TUESDAY_MORNING, household=household, relationships=[], agreement=[]
    )
    assert "unborn_watch_over" not in await door.asked(referral)
    await later(door, weeks=8)
    assert (await door.asked(referral))["unborn_watch_over"]["about"]


async def test_a_birth_that_nobody_put_on_record_is_asked_about(door: FrontDoor) -> None:
    household = {"children": [{"key": "c1", "expected": "2027-02-01"}], "adults": [a_mother()]}
    referral = await received(door, TUESDAY_MORNING, household=household, relationships=[])
    manager, path = door.as_manager(), f"/referrals/{referral}"
    await door.client.post(f"{path}/screening", json={}, headers=manager)
    answer = await door.client.post(f"{path}/decision", json=an_acceptance(), headers=manager)
    assert answer.status_code == 200, answer.text
    await later(door, days=33)
    assert "birth_to_record" not in await door.asked(referral)
    await later(door, days=2)
    asked = (await door.asked(referral))["birth_to_record"]
    assert asked["role"] == "duty_worker"
    born = {"born": "2027-01-30"}
    await door.client.patch(f"{path}/people/{asked['about']}", json=born, headers=door.as_worker())
    assert "birth_to_record" not in await door.asked(referral)
