"""Who refers from the family or near it is written to only where that is safe."""

from typing import Any

import pytest

from tests.making.front_door import FrontDoor
from tests.making.referrals import a_mother, a_referral

pytestmark = pytest.mark.postgres
OWN = {"email": "Mother@example.org", "phone": "01632 960111"}
OTHER = {"email": "somebody@example.org", "phone": "01632 960177"}


async def ways(
    door: FrontDoor, referrer: dict[str, Any], *adults: dict[str, Any], **home: str
) -> dict[str, bool]:
    """Key a call and tell by which ways notifications may reach who rang."""
    household = a_referral()["household"] | {"adults": list(adults) or [a_mother()]} | home
    call = a_referral(
        agency_reference=None,
        household=household,
        referrer={"kind": "family"} | referrer,
        relationships=[],
        agreement=[],
    )
    sent = await door.client.post("/referrals", json=call, headers=door.as_worker())
    assert sent.status_code == 201, sent.text
    headers = door.as_service("notifications") | {"Kinbridge-Purpose": "referrer_contact"}
    path = f"/internal/southend/referrals/{sent.json()['referral_id']}/detail"
    told = (await door.client.get(path, headers=headers)).json()
    assert told["restricted"] is (home.get("restricted") == "yes")
    return {name: told[name] is not None for name in ("email", "phone")}


async def test_a_mother_is_written_to_as_she_said_is_safe(door: FrontDoor) -> None:
    assert await ways(door, OWN) == {"email": True, "phone": True}
    no_text = a_mother(safe_contact={"email": "yes", "text": "no"})
    assert await ways(door, OWN, no_text) == {"email": True, "phone": False}


async def test_unasked_nobody_is_written_to(door: FrontDoor) -> None:
    assert await ways(door, OTHER) == {"email": False, "phone": False}
    assert await ways(door, OWN, a_mother(safe_contact=None)) == {"email": False, "phone": False}
    said = {"safe_contact": {"email": "yes", "text": "yes"}}
    assert await ways(door, OTHER | said) == {"email": True, "phone": True}
    yes = await ways(door, OWN | said, a_mother(safe_contact=None))
    assert yes == {"email": True, "phone": True}


@pytest.mark.parametrize("kind", ["family", "relative_or_public"])
async def test_nobody_is_written_to_with_a_perpetrator_about(door: FrontDoor, kind: str) -> None:
    said = {"kind": kind, "safe_contact": {"email": "yes", "text": "yes"}}
    at_home = {"email": "yes", "text": "yes", "perpetrator_at_address": "yes"}
    none = {"email": False, "phone": False}
    assert await ways(door, OTHER | said, a_mother(safe_contact=at_home)) == none
    father = a_mother("a2", poses_risk="yes", email="father@example.org")
    assert await ways(door, {**said, "email": "father@example.org"}, a_mother(), father) == none


async def test_what_either_said_is_unsafe_is_unsafe(door: FrontDoor) -> None:
    never = {"safe_contact": {"email": "no", "text": "yes"}}
    assert await ways(door, OWN | never) == {"email": False, "phone": True}


async def test_a_professional_without_a_registered_agency_is_written_to(door: FrontDoor) -> None:
    social_worker = OTHER | {"kind": "social_care"}
    assert await ways(door, social_worker, restricted="yes") == {"email": True, "phone": True}
