"""The desk takes a referral up, reaches the family, and a manager decides."""

from typing import Any

import pytest

from tests.making.front_door import FrontDoor
from tests.making.referrals import a_mother, a_referral, with_danger

pytestmark = pytest.mark.postgres

ACCEPTED = {
    "decision": "accepted",
    "pathway": "practitioner_short",
    "level": 3,
    "reason": "An invented reason.",
    "unmet_need": "An invented need.",
    "team_area": "southend_west",
}


async def received(door: FrontDoor, **other: Any) -> str:
    answer = await door.client.post(
        "/referrals", json=a_referral(**other), headers=await door.as_agency()
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["referral_id"])


async def people_of(door: FrontDoor, referral: str) -> dict[str, str]:
    answer = await door.client.get(f"/referrals/{referral}", headers=door.as_worker())
    assert answer.status_code == 200, answer.text
    return {one["detail"]["key"]: one["person_id"] for one in answer.json()["people"]}


async def screened(door: FrontDoor, **other: Any) -> tuple[str, dict[str, str]]:
    referral = await received(door, **other)
    answer = await door.client.post(
        f"/referrals/{referral}/screening", json={}, headers=door.as_worker()
    )
    assert answer.status_code == 200, answer.text
    return referral, await people_of(door, referral)


async def reached(door: FrontDoor, referral: str, person: str) -> None:
    log = {"mode": "phone", "person_id": person, "outcome": "heard_not_seen"}
    answer = await door.client.post(
        f"/referrals/{referral}/family-contacts", json=log, headers=door.as_worker()
    )
    assert answer.status_code == 201, answer.text


async def test_a_try_that_is_sent_again_without_an_answer_is_logged_once(door: FrontDoor) -> None:
    referral, people = await screened(door)
    log = {"mode": "phone", "person_id": people["a1"], "outcome": "no_answer"}
    headers = door.as_worker() | {"Idempotency-Key": "one-call"}
    path = f"/referrals/{referral}/family-contacts"
    first, again = [await door.client.post(path, json=log, headers=headers) for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 201), again.text
    assert again.json() == first.json()
    said = [each["type"] for each in await door.said(referral)]
    assert said.count("earlyhelp.referral.family-contact-logged.v1") == 1


async def test_a_referral_goes_from_the_door_to_a_pathway(door: FrontDoor) -> None:
    referral, people = await screened(door)
    await reached(door, referral, people["a1"])
    answer = await door.client.post(
        f"/referrals/{referral}/decision", json=ACCEPTED, headers=door.as_manager()
    )
    assert answer.status_code == 200, answer.text
    assert (answer.json()["status"], answer.json()["accountable"]) == ("decided", True)
    said = await door.said(referral)
    assert [one["type"].split(".")[2] for one in said] == [
        "received",
        "screening-started",
        "family-contact-logged",
        "accepted",
    ]
    accepted = said[-1]["body"]
    assert accepted["pathway_group"] == "family_support_practitioner"
    assert accepted["child_ids"] == [people["c1"]]
    assert accepted["adult_ids"] == [people["a1"]]


async def test_a_decision_names_everything_it_still_lacks(door: FrontDoor) -> None:
    referral, _ = await screened(door, agreement=[])
    bare = {"decision": "accepted", "level": 3, "reason": "An invented reason."}
    answer = await door.client.post(
        f"/referrals/{referral}/decision", json=bare, headers=door.as_manager()
    )
    assert answer.status_code == 409
    assert set(answer.json()["lacking"]) == {
        "family_contact",
        "agreement",
        "unmet_need",
        "team_area",
        "pathway",
    }


async def test_guidance_needs_an_earlier_time_of_support_or_a_reason_without(
    door: FrontDoor,
) -> None:
    referral, people = await screened(door)
    await reached(door, referral, people["a1"])
    guidance, path = ACCEPTED | {"pathway": "guidance_advice"}, f"/referrals/{referral}/decision"
    refused = await door.client.post(path, json=guidance, headers=door.as_manager())
    assert refused.json()["lacking"] == ["earlier_episode"]
    reasoned = guidance | {"no_earlier_episode_because": "An invented reason."}
    answer = await door.client.post(path, json=reasoned, headers=door.as_manager())
    assert answer.status_code == 200


async def test_without_agreement_only_a_lawful_basis_accepts(door: FrontDoor) -> None:
    referral, people = await screened(door, agreement=[{"person": "a1", "agreed": "no"}])
    await reached(door, referral, people["a1"])
    path = f"/referrals/{referral}/decision"
    refused = await door.client.post(path, json=ACCEPTED, headers=door.as_manager())
    assert refused.json()["lacking"] == ["agreement"]
    override = {"lawful_basis": "safeguarding_of_children", "reason": "An invented risk."}
    answer = await door.client.post(
        path, json=ACCEPTED | {"agreement_override": override}, headers=door.as_manager()
    )
    assert answer.status_code == 200
    assert (await door.rows("SELECT said FROM decisions"))[0]["said"]["lawful_basis"]


async def test_a_duty_worker_does_not_decide(door: FrontDoor) -> None:
    referral, _ = await screened(door)
    answer = await door.client.post(
        f"/referrals/{referral}/decision", json=ACCEPTED, headers=door.as_worker()
    )
    assert answer.status_code == 403


async def test_a_referral_just_received_cannot_be_accepted(door: FrontDoor) -> None:
    referral = await received(door)
    answer = await door.client.post(
        f"/referrals/{referral}/decision", json=ACCEPTED, headers=door.as_manager()
    )
    assert answer.status_code == 409
    assert answer.json()["detail"] == (
        "A referral that is received cannot be accepted by a duty manager."
    )


async def test_a_pathway_the_council_does_not_have_is_refused(door: FrontDoor) -> None:
    referral, people = await screened(door)
    await reached(door, referral, people["a1"])
    answer = await door.client.post(
        f"/referrals/{referral}/decision",
        json=ACCEPTED | {"pathway": "no_such_pathway"},
        headers=door.as_manager(),
    )
    assert answer.status_code == 422


async def test_danger_is_diverted_by_any_worker_and_settles_the_alarm(door: FrontDoor) -> None:
    referral = await received(door, danger=with_danger())
    answer = await door.client.post(
        f"/referrals/{referral}/diversion",
        json={"reason": "An invented danger.", "urgent": True},
        headers=door.as_worker("practitioner"),
    )
    assert answer.status_code == 200, answer.text
    assert (answer.json()["status"], answer.json()["accountable"]) == ("diverted", True)
    said = (await door.said(referral))[-1]["body"]
    assert said["urgent"] is True
    assert said["parents_informed"] == "not_yet_on_advice"
    assert said["child_goes_home_at"] == "2026-11-23T15:15:00Z"
    asked = await door.asked(referral)
    assert set(asked) == {"diverted_to_safeguarding"}
    assert await door.rows("SELECT kind FROM timers WHERE ended_at IS NULL") == []


async def test_a_contact_by_an_unsafe_way_is_kept_and_a_manager_told(door: FrontDoor) -> None:
    mother = a_mother(safe_contact={"phone": "yes", "text": "no"})
    family = a_referral()["household"] | {"adults": [mother]}
    referral, people = await screened(door, household=family)
    log = {"mode": "text", "person_id": people["a1"], "outcome": "no_answer"}
    answer = await door.client.post(
        f"/referrals/{referral}/family-contacts", json=log, headers=door.as_worker()
    )
    assert answer.status_code == 201
    assert (await door.asked(referral))["contact_by_unsafe_route"]["about"] == people["a1"]


async def test_two_agencies_refer_one_child_and_the_worker_says_so(door: FrontDoor) -> None:
    child = {"key": "c1", "given_name": "One", "nhs_number": "999 000 0018"}
    other = {"key": "c1", "given_name": "Wun", "nhs_number": "9990000018"}
    first = await received(door, household={"children": [child]}, relationships=[], agreement=[])
    second = await received(door, household={"children": [other]}, relationships=[], agreement=[])
    found = await door.client.get(f"/referrals/{second}/matches", headers=door.as_worker())
    match = found.json()[0]
    assert (match["referral_id"], match["by_nhs_number"]) == (first, True)
    answer = await door.client.post(
        f"/referrals/{second}/screening",
        json={"same_family_as": first, "same_people": {match["person_id"]: match["same_as"]}},
        headers=door.as_worker(),
    )
    assert answer.status_code == 200, answer.text
    state = await door.client.get(f"/referrals/{first}", headers=door.as_worker())
    assert answer.json()["family_id"] == state.json()["family_id"]
    assert {one["referral_id"] for one in state.json()["people"]} == {first, second}


async def test_a_signposted_referral_can_be_looked_at_again(door: FrontDoor) -> None:
    referral, people = await screened(door)
    await reached(door, referral, people["a1"])
    signposted = {"decision": "signposted", "level": 2, "reason": "An invented reason."}
    path = f"/referrals/{referral}"
    await door.client.post(f"{path}/decision", json=signposted, headers=door.as_manager())
    answer = await door.client.post(
        f"{path}/reopening", json={"reason": "challenged"}, headers=door.as_manager()
    )
    assert (answer.status_code, answer.json()["status"]) == (200, "screening")


async def test_the_worklist_shows_danger_first_and_then_who_goes_home_soonest(
    door: FrontDoor,
) -> None:
    household = a_referral()["household"]

    def going_home(at: str) -> dict[str, Any]:
        child = household["children"][0] | {"where_now": {"goes_home_at": at}}
        return {**household, "children": [child]}

    late = await received(door, household=going_home("2026-11-23T16:30:00Z"))
    soon = await received(door, household=going_home("2026-11-23T15:00:00+00:00"))
    danger = await received(door, danger=with_danger())
    answer = await door.client.get("/referrals", headers=door.as_worker())
    assert [one["referral_id"] for one in answer.json()] == [danger, soon, late]
    assert "Invented" not in answer.text
