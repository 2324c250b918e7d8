"""What is said later: a worry, a no, a doubt about the home; and to whom no letter goes then."""

from typing import Any

import pytest

from chassis.clocks import new_id
from tests.making.front_door import FrontDoor
from tests.making.referrals import a_mother, a_referral

pytestmark = pytest.mark.postgres


async def a_family(door: FrontDoor, **other: Any) -> tuple[str, dict[str, str]]:
    sent = await door.client.post(
        "/referrals", json=a_referral(**other), headers=await door.as_agency()
    )
    referral = str(sent.json()["referral_id"])
    shown = await door.client.get(f"/referrals/{referral}", headers=door.as_worker())
    return referral, {p["detail"]["key"]: p["person_id"] for p in shown.json()["people"]}


async def detail(
    door: FrontDoor, referral: str, service: str, purpose: str, **params: str
) -> dict[str, Any]:
    headers = door.as_service(service) | {"Kinbridge-Purpose": purpose}
    path = f"/internal/southend/referrals/{referral}/detail"
    answer = await door.client.get(path, headers=headers, params=params)
    found: dict[str, Any] = answer.json()
    return found


async def add(door: FrontDoor, referral: str, **told: Any) -> None:
    path = f"/referrals/{referral}/additional-information"
    answer = await door.client.post(path, json=told, headers=door.as_worker())
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize(("seen", "worried"), [("worried", True), ("no", False), ("yes", False)])
async def test_a_referrers_worry_about_a_child_is_said_and_shown(
    door: FrontDoor, seen: str, *, worried: bool
) -> None:
    referral, people = await a_family(door)
    await add(door, referral, seen_since=[{"child_id": people["c1"], "seen": seen}])
    assert (await door.said(referral))[-1]["body"]["worried"] is worried
    assert (await door.asked(referral))["information_added"]["urgent"] is worried


async def test_who_agreed_takes_it_back_only_with_who_asked_and_at_whose_risk(
    door: FrontDoor,
) -> None:
    referral, people = await a_family(door)
    no = {"person_id": people["a1"], "agreed": False, "how": "by_phone"}
    path, before = f"/referrals/{referral}/agreements", await door.said(referral)
    answer = await door.client.post(path, json=no, headers=door.as_worker())
    assert answer.status_code == 409
    assert "withdrawal" in answer.json()["title"]
    assert await door.said(referral) == before
    check = await detail(door, referral, "allocation", "agreement_check")
    assert check["current"] is True


async def test_no_letter_goes_to_who_took_agreement_back_by_whichever_name(
    door: FrontDoor,
) -> None:
    first, one = await a_family(door)
    second, two = await a_family(door)
    same = {"same_family_as": first, "same_people": {two["a1"]: one["a1"]}}
    await door.client.post(f"/referrals/{second}/screening", json=same, headers=door.as_worker())
    await door.client.post(
        f"/referrals/{first}/agreements/{one['a1']}/withdrawal",
        json={"asked_by": "themselves", "risk_answer": "An invented answer."},
        headers=door.as_worker(),
    )
    ask = (door, second, "notifications", "letter_address")
    refused = {"allowed": False, "reason": "agreement_withdrawn"}
    for name in (one["a1"], two["a1"]):
        assert await detail(*ask, person_id=name) == refused
    route = await detail(door, second, "allocation", "contact_route")
    assert route["letter_person_id"] is None


async def test_a_route_to_somebody_else_is_no_route_to_the_family(door: FrontDoor) -> None:
    referral, _ = await a_family(door)
    ask = (door, referral, "allocation", "contact_route")
    assert (await detail(*ask, person_id=str(new_id())))["status"] == 404


async def test_who_does_not_know_the_home_takes_no_concern_about_it_back(door: FrontDoor) -> None:
    referral, _ = await a_family(door, household={"adults": [a_mother()]} | HOME)
    await add(door, referral, household={"home_conditions_concern": "yes"})
    await add(door, referral, household={"home_conditions_concern": "not_known"})
    route = await detail(door, referral, "allocation", "contact_route")
    assert route["remote_allowed"] is False


HOME = {"children": a_referral()["household"]["children"]}
