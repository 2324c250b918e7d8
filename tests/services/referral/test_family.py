"""Agreement through the family's whole time, what is added, and what is handed to other rooms."""

from typing import Any

import pytest

from tests.making.front_door import FrontDoor
from tests.making.referrals import a_child, a_mother, a_referral, an_acceptance, with_danger

pytestmark = pytest.mark.postgres


async def a_family(
    door: FrontDoor, *adults: dict[str, Any], **other: Any
) -> tuple[str, dict[str, str]]:
    household = a_referral()["household"] | {"adults": list(adults) or [a_mother()]}
    body = a_referral(household=household) | other
    answer = await door.client.post("/referrals", json=body, headers=await door.as_agency())
    assert answer.status_code == 201, answer.text
    referral = str(answer.json()["referral_id"])
    shown = await door.client.get(f"/referrals/{referral}", headers=door.as_worker())
    return referral, {p["detail"]["key"]: p["person_id"] for p in shown.json()["people"]}


async def detail(door: FrontDoor, referral: str, service: str, purpose: str, **params: str) -> Any:
    headers = door.as_service(service) | {"Kinbridge-Purpose": purpose}
    path = f"/internal/southend/referrals/{referral}/detail"
    return await door.client.get(path, headers=headers, params=params)


async def withdrawn(door: FrontDoor, referral: str, person: str, asked_by: str) -> dict[str, Any]:
    answer = await door.client.post(
        f"/referrals/{referral}/agreements/{person}/withdrawal",
        json={"asked_by": asked_by, "risk_answer": "An invented answer."},
        headers=door.as_worker("practitioner"),
    )
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_one_parent_withdraws_and_the_others_support_goes_on(door: FrontDoor) -> None:
    both = [{"person": key, "agreed": "yes"} for key in ("a1", "a2")]
    referral, people = await a_family(door, a_mother(), a_mother("a2"), agreement=both)
    state = await withdrawn(door, referral, people["a1"], "themselves")
    assert state["agreement_stands"] is True
    said = (await door.said(referral))[-1]["body"]
    assert (said["person_id"], said["others_agree"]) == (people["a1"], True)
    assert (await door.asked(referral))["agreement_withdrawn"]["role"] == "duty_manager"
    check = (await detail(door, referral, "allocation", "agreement_check")).json()
    assert check["current"] is True
    assert {p["person_id"]: p["agreed"] for p in check["people"]} == {
        people["a1"]: False,
        people["a2"]: True,
    }


async def test_nobody_takes_another_adults_agreement_back(door: FrontDoor) -> None:
    referral, people = await a_family(door)
    state = await withdrawn(door, referral, people["a1"], "another_adult")
    assert (state["took_effect"], state["agreement_stands"]) == (False, True)
    asked = (await door.asked(referral))["withdrawal_asked_by_another"]
    assert (asked["urgent"], asked["about"]) == (True, people["a1"])
    assert [one["type"] for one in await door.said(referral)] == ["earlyhelp.referral.received.v1"]


async def test_a_referral_waits_while_nobody_agrees_and_goes_on_when_somebody_does(
    door: FrontDoor,
) -> None:
    referral, people = await a_family(door, agreement=[])
    worker, path = door.as_worker(), f"/referrals/{referral}"
    await door.client.post(f"{path}/screening", json={}, headers=worker)
    no = {"person_id": people["a1"], "agreed": False, "how": "by_phone"}
    answer = await door.client.post(f"{path}/agreements", json=no, headers=worker)
    assert answer.json()["status"] == "awaiting_agreement"
    answer = await door.client.post(
        f"{path}/agreements", json=no | {"agreed": True}, headers=worker
    )
    assert (answer.status_code, answer.json()["status"]) == (201, "screening")
    running = await door.rows("SELECT kind FROM timers WHERE ended_at IS NULL ORDER BY kind")
    assert [row["kind"] for row in running] == ["decision", "family_contact"]


@pytest.mark.parametrize("broken", [False, True], ids=["whole", "however incomplete"])
async def test_danger_added_later_alarms(door: FrontDoor, *, broken: bool) -> None:
    agency = await door.as_agency()
    sent = (await door.client.post("/referrals", json=a_referral(), headers=agency)).json()
    added = {"danger": with_danger(), "information": 7 if broken else "An invented worry."}
    answer = await door.client.post(sent["additional_information"], json=added, headers=agency)
    assert answer.status_code == 201, answer.text
    assert answer.json()["danger"] is True
    assert bool(answer.json()["missing"]) is broken
    assert {"danger", "information_added"} <= set(await door.asked(sent["referral_id"]))
    said = await door.said(sent["referral_id"])
    assert [one["type"].split(".")[2] for one in said[1:]] == [
        "information-added",
        "danger-reported",
    ]


async def test_an_agency_adds_to_its_own_referral_alone(door: FrontDoor) -> None:
    agency, other = await door.as_agency(), await door.as_agency()
    sent = (await door.client.post("/referrals", json=a_referral(), headers=agency)).json()
    path, more = sent["additional_information"], {"information": "An invented worry."}
    assert (await door.client.post(path, json=more, headers=other)).status_code == 404
    assert (await door.client.post(path, json={}, headers=agency)).status_code == 422


async def test_what_is_added_twice_under_one_key_is_added_once(door: FrontDoor) -> None:
    agency = await door.as_agency()
    sent = (await door.client.post("/referrals", json=a_referral(), headers=agency)).json()
    path, headers = sent["additional_information"], agency | {"Idempotency-Key": "more-1"}
    more = {"information": "An invented worry."}
    first = await door.client.post(path, json=more, headers=headers)
    again = await door.client.post(path, json=more, headers=headers)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    danger = more | {"danger": with_danger()}
    other = await door.client.post(path, json=danger, headers=headers)
    assert (other.status_code, other.json()["danger_stored"]) == (409, True)
    assert "danger" in await door.asked(sent["referral_id"])
    told = await door.rows("SELECT occasion FROM accounts ORDER BY id")
    assert [row["occasion"] for row in told] == ["intake", "additional_information", "repeat"]


async def test_a_birth_keeps_the_persons_id(door: FrontDoor) -> None:
    household = {"children": [{"key": "c1", "expected": "2026-12-24"}]}
    referral, people = await a_family(door, household=household, relationships=[], agreement=[])
    answer = await door.client.patch(
        f"/referrals/{referral}/people/{people['c1']}",
        json={"born": "2026-12-20", "given_name": "New", "nhs_number": "9990000026"},
        headers=door.as_worker(),
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["person_id"] == people["c1"]
    assert "expected" not in answer.json()["detail"]
    audited = await door.rows("SELECT detail FROM audit WHERE action = 'person corrected'")
    assert audited[0]["detail"] == ["born", "given_name", "nhs_number"]
    (_, born) = await door.said(referral)
    assert (born["type"], born["sequence"]) == ("earlyhelp.referral.child-born.v1", 2)
    assert born["body"]["child_id"] == people["c1"]
    assert "2026-12-20" not in str(born["body"])


async def test_a_name_put_right_is_no_birth(door: FrontDoor) -> None:
    household = {"children": [{"key": "c1", "expected": "2026-12-24"}, a_child("c2")]}
    referral, people = await a_family(door, household=household, relationships=[], agreement=[])
    for key, told in (("c1", {"expected": "2027-01-04"}), ("c2", {"born": "2015-03-05"})):
        path = f"/referrals/{referral}/people/{people[key]}"
        answer = await door.client.patch(path, json=told, headers=door.as_worker())
        assert answer.status_code == 200, answer.text
    assert len(await door.said(referral)) == 1


async def test_whom_nobody_can_have_seen_yet_is_named_as_unborn(door: FrontDoor) -> None:
    children = [{"key": "c1", "expected": "2027-06-24"}, a_child("c2")]
    household = {"children": children, "adults": [a_mother()]}
    referral, people = await a_family(door, household=household, relationships=[])
    path, headers = f"/referrals/{referral}", door.as_manager()
    await door.client.post(f"{path}/screening", json={}, headers=headers)
    answer = await door.client.post(f"{path}/decision", json=an_acceptance(), headers=headers)
    assert answer.status_code == 200, answer.text
    said = (await door.said(referral))[-1]["body"]
    assert said["child_ids"] == [people["c1"], people["c2"]]
    assert said["unborn_ids"] == [people["c1"]]


async def test_social_care_reads_why_a_referral_was_diverted(door: FrontDoor) -> None:
    referral, _ = await a_family(door)
    pack = (await detail(door, referral, "handover", "handover_pack")).json()
    assert pack["diversion"] is None
    diversion = {"reason": "An invented disclosure.", "urgent": True}
    path, headers = f"/referrals/{referral}/diversion", door.as_worker()
    answer = await door.client.post(path, json=diversion, headers=headers)
    assert answer.status_code == 200, answer.text
    pack = (await detail(door, referral, "handover", "handover_pack")).json()
    assert pack["diversion"] == {"reason": "An invented disclosure."}


async def test_a_letters_address_is_handed_out_only_while_post_is_safe(door: FrontDoor) -> None:
    referral, people = await a_family(door)
    ask = (door, referral, "notifications", "letter_address")
    told = (await detail(*ask, person_id=people["a1"])).json()
    assert told == {
        "allowed": True,
        "name": "Fictional Example",
        "address_lines": ["1 Invented Road", "Southend-on-Sea", "SS1 1AA"],
    }
    await door.client.patch(
        f"/referrals/{referral}/people/{people['a1']}",
        json={"safe_contact": {"post": "yes", "perpetrator_at_address": "yes"}},
        headers=door.as_worker(),
    )
    told = (await detail(*ask, person_id=people["a1"])).json()
    assert told == {"allowed": False, "reason": "post_is_not_safe"}
    routes = (await detail(door, referral, "allocation", "contact_route")).json()
    assert routes["letter_person_id"] is None
    assert routes["modes"]["post"] is False
    purposes = await door.rows("SELECT purpose FROM audit WHERE purpose IS NOT NULL ORDER BY id")
    assert [row["purpose"] for row in purposes] == [
        "letter_address",
        "letter_address",
        "contact_route",
    ]


async def test_a_purpose_that_is_not_the_services_is_refused(door: FrontDoor) -> None:
    referral, _ = await a_family(door)
    for service, purpose in (("allocation", "handover_pack"), ("notifications", "agreement_check")):
        assert (await detail(door, referral, service, purpose)).status_code == 403


async def test_the_referrer_is_told_through_the_agencys_shared_inbox(door: FrontDoor) -> None:
    referral, _ = await a_family(door)
    told = (await detail(door, referral, "notifications", "referrer_contact")).json()
    assert told["email"] == "safeguarding@school.example"
    assert told["active"] is True
    assert told["reference"].startswith("SOU-")


async def test_the_pack_holds_the_whole_household(door: FrontDoor) -> None:
    referral, people = await a_family(door)
    pack = (await detail(door, referral, "handover", "handover_pack")).json()
    assert {person["person_id"] for person in pack["people"]} == set(people.values())
    assert pack["relationships"][0]["parental_responsibility"] == "yes"
    assert pack["told"][0]["told"]["needs"][0]["tried"] == "An invented attempt."
    assert (pack["source_code"], pack["agency"]["name"]) == ("2A", "Invented Primary School")


async def test_a_concern_about_the_home_bars_contact_from_afar(door: FrontDoor) -> None:
    referral, _ = await a_family(door)
    assert (await detail(door, referral, "allocation", "contact_route")).json()["remote_allowed"]
    await door.client.post(
        f"/referrals/{referral}/additional-information",
        json={"household": {"home_conditions_concern": "yes"}},
        headers=door.as_worker(),
    )
    routes = (await detail(door, referral, "allocation", "contact_route")).json()
    assert routes["remote_allowed"] is False
