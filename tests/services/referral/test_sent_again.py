"""What is sent again without a name of its own, and the reference that chance drew twice."""

import pytest

from services.referral.intake import receiving
from tests.making.front_door import FrontDoor
from tests.making.referrals import a_referral, with_danger

pytestmark = pytest.mark.postgres
CALL = a_referral(agency_reference=None, referrer={"kind": "relative_or_public"})


async def test_a_workers_second_click_is_no_second_family(door: FrontDoor) -> None:
    first = await door.client.post("/referrals", json=CALL, headers=door.as_worker())
    again = await door.client.post("/referrals", json=CALL, headers=door.as_worker())
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["referral_id"] == first.json()["referral_id"]


async def test_the_same_words_from_another_worker_or_on_another_day_are_another_call(
    door: FrontDoor,
) -> None:
    await door.client.post("/referrals", json=CALL, headers=door.as_worker())
    other = await door.client.post("/referrals", json=CALL, headers=door.as_worker(sub="w-1002"))
    await door.later(days=1)
    later = await door.client.post("/referrals", json=CALL, headers=door.as_worker())
    assert (other.status_code, later.status_code) == (201, 201)


async def test_two_who_tell_of_danger_in_the_same_few_words_are_two(door: FrontDoor) -> None:
    danger = {"danger": with_danger()}
    agency = await door.as_agency()
    sent = [await door.client.post("/referrals", json=danger, headers=agency) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [201, 201]
    assert len({answer.json()["referral_id"] for answer in sent}) == 2


async def test_where_chance_draws_a_reference_in_use_another_is_drawn(
    door: FrontDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter(["SOU-2222-2222", "SOU-2222-2222", "SOU-3333-3333"])
    monkeypatch.setattr(receiving, "new_reference", lambda _council: next(drawn))
    agency = await door.as_agency()
    sent = [
        await door.client.post("/referrals", json=a_referral(), headers=agency) for _ in range(2)
    ]
    assert [answer.json().get("reference") for answer in sent] == ["SOU-2222-2222", "SOU-3333-3333"]
