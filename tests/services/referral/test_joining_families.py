"""Referrals are found to be of one family in whatever order they are taken up."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from tests.making.front_door import FrontDoor
from tests.making.referrals import a_child, a_mother, a_referral
from tests.making.waiting import eventually

pytestmark = pytest.mark.postgres


async def received(door: FrontDoor) -> tuple[str, dict[str, str]]:
    body = a_referral()
    sent = await door.client.post("/referrals", json=body, headers=await door.as_agency())
    referral = str(sent.json()["referral_id"])
    people = (await shown(door, referral))["people"]
    return referral, {one["detail"]["key"]: one["person_id"] for one in people}


async def shown(door: FrontDoor, referral: str) -> dict[str, Any]:
    answer = await door.client.get(f"/referrals/{referral}", headers=door.as_worker())
    found: dict[str, Any] = answer.json()
    return found


async def taken_up(door: FrontDoor, referral: str, **told: Any) -> int:
    path = f"/referrals/{referral}/screening"
    return (await door.client.post(path, json=told, headers=door.as_worker())).status_code


async def test_who_joined_a_family_goes_along_when_it_is_found_to_be_another(
    door: FrontDoor,
) -> None:
    (first, one), (second, two), (third, three) = [await received(door) for _ in range(3)]
    same = {three["c1"]: two["c1"]}
    assert await taken_up(door, third, same_family_as=second, same_people=same) == 200
    same = {two["c1"]: one["c1"]}
    assert await taken_up(door, second, same_family_as=first, same_people=same) == 200
    families = {(await shown(door, each))["family_id"] for each in (first, second, third)}
    assert len(families) == 1
    children = [p for p in (await shown(door, third))["people"] if p["kind"] == "child"]
    assert {p["same_as"] or p["person_id"] for p in children} == {one["c1"]}
    moved = await door.rows("SELECT subject FROM audit WHERE action = 'family found to be another'")
    assert moved == [{"subject": third}]


async def test_a_match_with_somebody_matched_before_is_the_same_person(door: FrontDoor) -> None:
    (first, one), (second, two), (third, three) = [await received(door) for _ in range(3)]
    await taken_up(door, second, same_family_as=first, same_people={two["c1"]: one["c1"]})
    same = {three["c1"]: two["c1"]}
    assert await taken_up(door, third, same_family_as=second, same_people=same) == 200
    matched = [p for p in (await shown(door, third))["people"] if p["person_id"] == three["c1"]]
    assert matched[0]["same_as"] == one["c1"]


async def test_nobody_is_found_to_be_themselves_or_of_another_kind(door: FrontDoor) -> None:
    (first, one), (second, two) = [await received(door) for _ in range(2)]
    for same in (
        {two["c1"]: two["c1"]},
        {two["c1"]: one["a1"]},
        {two["c1"]: one["c1"], one["c1"]: two["c1"]},
    ):
        told = {"same_family_as": first, "same_people": same}
        assert await taken_up(door, second, **told) == 422


async def test_two_workers_who_name_each_others_referral_make_one_family(door: FrontDoor) -> None:
    (first, _), (second, _) = [await received(door) for _ in range(2)]
    async with door.room.engine.begin() as conn:
        held = text("SELECT FROM referrals WHERE id = :id FOR UPDATE")
        await conn.execute(held, {"id": first})
        both = asyncio.gather(
            taken_up(door, first, same_family_as=second),
            taken_up(door, second, same_family_as=first),
        )
        await eventually(lambda: both_wait(door))
    answers = await both
    assert set(answers) == {200}
    families = {(await shown(door, each))["family_id"] for each in (first, second)}
    assert len(families) == 1


async def both_wait(door: FrontDoor) -> bool:
    waiting = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = "
    return len(await door.rows(f"{waiting} current_database()")) == 2


async def test_one_safe_answer_put_right_takes_no_other_back(door: FrontDoor) -> None:
    mother = a_mother(safe_contact={"post": "yes", "perpetrator_at_address": "yes"})
    household = a_referral()["household"] | {"adults": [mother], "children": [a_child()]}
    body = a_referral(household=household)
    sent = await door.client.post("/referrals", json=body, headers=await door.as_agency())
    referral = sent.json()["referral_id"]
    people = {p["detail"]["key"]: p["person_id"] for p in (await shown(door, referral))["people"]}
    answer = await door.client.patch(
        f"/referrals/{referral}/people/{people['a1']}",
        json={"safe_contact": {"phone": "yes"}},
        headers=door.as_worker(),
    )
    assert answer.json()["safe"] == {
        "phone": True, "text": False, "email": False, "post": False, "visit": False,
    }  # fmt: skip
