"""Where a family is stays restricted until a manager has spoken with the survivor's worker."""

from typing import Any

import pytest

from tests.making.front_door import FrontDoor
from tests.making.referrals import a_referral, with_danger

pytestmark = pytest.mark.postgres
RELEASE = {"spoken_with": "An invented worker", "reason": "An invented reason."}
HIDDEN = a_referral()["household"] | {"restricted": "yes"}


async def a_restricted_family(door: FrontDoor) -> str:
    body = a_referral(household=HIDDEN)
    sent = await door.client.post("/referrals", json=body, headers=await door.as_agency())
    return str(sent.json()["referral_id"])


async def shown(door: FrontDoor, referral: str) -> dict[str, Any]:
    answer = await door.client.get(f"/referrals/{referral}", headers=door.as_worker())
    found: dict[str, Any] = answer.json()
    return found


async def test_a_manager_releases_the_whole_family_and_says_with_whom_they_spoke(
    door: FrontDoor,
) -> None:
    first, second = await a_restricted_family(door), await a_restricted_family(door)
    same = {"same_family_as": first}
    await door.client.post(f"/referrals/{second}/screening", json=same, headers=door.as_worker())
    path = f"/referrals/{first}/restriction-release"
    refused = await door.client.post(path, json=RELEASE, headers=door.as_worker())
    assert refused.status_code == 403
    answer = await door.client.post(path, json=RELEASE, headers=door.as_manager())
    assert sorted(answer.json()["referral_ids"]) == sorted([first, second])
    for referral in (first, second):
        assert (await shown(door, referral))["restricted"] is False
    assert (await shown(door, first))["told_about"][-1]["told"] == RELEASE
    audited = await door.rows("SELECT actor FROM audit WHERE action = 'restriction released'")
    assert [row["actor"] for row in audited] == ["m-2001", "m-2001"]
    again = await door.client.post(path, json=RELEASE, headers=door.as_manager())
    assert (again.status_code, again.json()["type"].rpartition(":")[2]) == (409, "not-restricted")


async def test_nobody_releases_without_saying_with_whom_they_spoke(door: FrontDoor) -> None:
    referral = await a_restricted_family(door)
    path, bare = f"/referrals/{referral}/restriction-release", {"reason": "An invented reason."}
    answer = await door.client.post(path, json=bare, headers=door.as_manager())
    assert answer.status_code == 422
    assert (await shown(door, referral))["restricted"] is True


async def test_a_repeat_in_danger_that_restricts_is_not_overheard(door: FrontDoor) -> None:
    agency, body = await door.as_agency(), a_referral()
    sent = (await door.client.post("/referrals", json=body, headers=agency)).json()
    repeat = body | {"danger": with_danger(), "household": HIDDEN}
    answer = await door.client.post("/referrals", json=repeat, headers=agency)
    assert answer.status_code == 409
    assert (await shown(door, sent["referral_id"]))["restricted"] is True
