"""An agency refers a family, and holds a receipt that was true when it was given."""

import asyncio
import json

import pytest

from tests.making.front_door import FrontDoor
from tests.making.referrals import a_child, a_referral, with_danger

pytestmark = pytest.mark.postgres


async def test_an_agency_refers_a_family_and_holds_a_receipt(door: FrontDoor) -> None:
    agency = await door.as_agency()
    answer = await door.client.post("/referrals", json=a_referral(), headers=agency)
    assert answer.status_code == 201, answer.text
    receipt = answer.json()
    assert receipt["reference"].startswith("SOU-")
    assert receipt["duty_phone"] == "01632 960100"
    assert "999" in receipt["emergency_advice"]
    assert receipt["screening_due"] > receipt["received_at"]
    assert receipt["missing"] == []
    said = await door.said(receipt["referral_id"])
    assert [(one["type"], one["sequence"]) for one in said] == [
        ("earlyhelp.referral.received.v1", 1)
    ]
    assert said[0]["body"]["source_code"] == "2A"
    assert (said[0]["body"]["children"], said[0]["body"]["adults"]) == (1, 1)


async def test_no_name_and_no_address_leaves_in_a_message(door: FrontDoor) -> None:
    agency = await door.as_agency()
    answer = await door.client.post("/referrals", json=a_referral(), headers=agency)
    said = json.dumps([one["body"] for one in await door.said(answer.json()["referral_id"])])
    for personal in ("Invented", "Example", "Road", "SS1", "960111", "2015"):
        assert personal not in said


async def test_the_same_referral_sent_twice_is_one_referral(door: FrontDoor) -> None:
    agency, referral = await door.as_agency(), a_referral()
    first = await door.client.post("/referrals", json=referral, headers=agency)
    again = await door.client.post("/referrals", json=referral, headers=agency)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert len(await door.rows("SELECT id FROM referrals")) == 1


async def test_twins_at_one_moment_are_one_referral(door: FrontDoor) -> None:
    agency, referral = await door.as_agency(), a_referral()
    answers = await asyncio.gather(
        *(door.client.post("/referrals", json=referral, headers=agency) for _ in range(5))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 201]
    assert len({answer.json()["reference"] for answer in answers}) == 1
    assert len(await door.rows("SELECT id FROM referrals")) == 1


async def test_another_referral_under_the_same_reference_is_shown_the_way_to_add(
    door: FrontDoor,
) -> None:
    agency, referral = await door.as_agency(), a_referral()
    first = (await door.client.post("/referrals", json=referral, headers=agency)).json()
    changed = referral | {"reason": "Another invented worry."}
    answer = await door.client.post("/referrals", json=changed, headers=agency)
    assert answer.status_code == 409
    problem = answer.json()
    assert problem["additional_information"] == first["additional_information"]
    assert first["referral_id"] in problem["additional_information"]


async def test_every_mistake_is_told_at_once_and_none_of_the_values(door: FrontDoor) -> None:
    agency = await door.as_agency()
    referral = a_referral(reason=None)
    referral["household"]["children"] = [
        a_child(nhs_number="1234567890", born="never", upn="A12"),
        a_child("c1", phone="not-a-telephone-at-all"),
    ]
    answer = await door.client.post("/referrals", json=referral, headers=agency)
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {
        "reason",
        "household.children.0.nhs_number",
        "household.children.0.born",
        "household.children.0.upn",
        "household.children.1.phone",
        "household.children.1.key",
    }
    for value in ("1234567890", "never", "A12", "not-a-telephone"):
        assert value not in answer.text


async def test_danger_is_taken_in_however_incomplete(door: FrontDoor) -> None:
    agency = await door.as_agency()
    sent = {"danger": {"immediate_danger": "yes"}, "household": {"children": [{"born": "x"}]}}
    answer = await door.client.post("/referrals", json=sent, headers=agency)
    assert answer.status_code == 201, answer.text
    receipt = answer.json()
    assert receipt["danger"] is True
    assert "reason" in {each["field"] for each in receipt["missing"]}
    assert (await door.asked(receipt["referral_id"]))["danger"]["urgent"] is True
    said = [one["type"] for one in await door.said(receipt["referral_id"])]
    assert said == [
        "earlyhelp.referral.received.v1",
        "earlyhelp.referral.danger-reported.v1",
    ]
    kept = await door.rows("SELECT as_sent FROM accounts")
    assert json.loads(bytes(kept[0]["as_sent"])) == sent


async def test_danger_is_read_in_a_body_that_broke_off(door: FrontDoor) -> None:
    agency = await door.as_agency()
    headers = agency | {"Content-Type": "application/json"}
    broken = b'{"reason": "An invented worry", "danger": {"sexual_abuse_suspected": "yes", "wh'
    answer = await door.client.post("/referrals", content=broken, headers=headers)
    assert answer.status_code == 201, answer.text
    assert "danger" in await door.asked(answer.json()["referral_id"])


UNFIT = {
    "a null character": b'{"danger": {"immediate_danger": "yes"}, "reason": "An \\u0000 worry"}',
    "deep nesting": b'{"danger": {"immediate_danger": "yes"}, "reason": '
    + b"[" * 60 + b"]" * 60 + b"}",
}  # fmt: skip


@pytest.mark.parametrize("body", UNFIT.values(), ids=UNFIT)
async def test_danger_is_taken_in_where_no_parser_would_read_the_rest(
    door: FrontDoor, body: bytes
) -> None:
    headers = await door.as_agency() | {"Content-Type": "application/json"}
    answer = await door.client.post("/referrals", content=body, headers=headers)
    assert answer.status_code == 201, answer.text
    assert "danger" in await door.asked(answer.json()["referral_id"])


@pytest.mark.parametrize("changed", [False, True], ids=["a repeat", "a conflicting repeat"])
async def test_danger_in_a_repeat_alarms_regardless(door: FrontDoor, *, changed: bool) -> None:
    agency = await door.as_agency()
    referral = a_referral() if changed else a_referral(danger=with_danger())
    first = (await door.client.post("/referrals", json=referral, headers=agency)).json()
    repeat = referral | {"danger": with_danger()}
    answer = await door.client.post("/referrals", json=repeat, headers=agency)
    assert answer.status_code == (409 if changed else 200)
    said = await door.said(first["referral_id"])
    assert said[-1]["body"]["occasion"] == "repeat"
    assert [one["sequence"] for one in said] == list(range(1, len(said) + 1))
    assert "danger" in await door.asked(first["referral_id"])
    stored = await door.rows("SELECT danger FROM accounts WHERE occasion = 'repeat'")
    assert stored == ([{"danger": True}] if changed else [])


async def test_new_work_waits_while_messages_do_not_leave_but_danger_never_does(
    door: FrontDoor,
) -> None:
    agency = await door.as_agency()
    await door.client.post("/referrals", json=a_referral(), headers=agency)
    door.room.backlog._refuse *= 0
    await door.room.backlog.look()
    refused = await door.client.post("/referrals", json=a_referral(), headers=agency)
    assert refused.status_code == 503
    assert refused.headers["Retry-After"]
    danger = a_referral(danger=with_danger())
    taken = await door.client.post("/referrals", json=danger, headers=agency)
    assert taken.status_code == 201


async def test_a_worker_keys_a_grandparents_call(door: FrontDoor) -> None:
    call = a_referral(
        agency_reference=None,
        referrer={"kind": "relative_or_public", "relationship_to_family": "grandparent"},
    )
    answer = await door.client.post("/referrals", json=call, headers=door.as_worker())
    assert answer.status_code == 201, answer.text
    said = await door.said(answer.json()["referral_id"])
    assert said[0]["body"]["referrer_kind"] == "relative_or_public"
    assert said[0]["body"]["agency_id"] is None


async def test_a_child_not_yet_born_is_taken_in_and_watched(door: FrontDoor) -> None:
    agency, referral = await door.as_agency(), a_referral()
    unborn = {"key": "c1", "expected": "2027-08-01", "sex": "U"}
    referral["household"]["children"] = [unborn]
    answer = await door.client.post("/referrals", json=referral, headers=agency)
    assert answer.status_code == 201, answer.text
    timers = await door.rows("SELECT kind, about FROM timers ORDER BY kind")
    assert [timer["kind"] for timer in timers] == ["birth_to_record", "screening", "unborn_watch"]
    assert timers[2]["about"]
