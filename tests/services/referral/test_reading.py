"""Who may read what of a referral, and that every such read is written down."""

from uuid import uuid4

import pytest

from tests.making.front_door import WEST_SUSSEX, FrontDoor
from tests.making.referrals import a_referral

pytestmark = pytest.mark.postgres


async def test_an_agency_reads_the_outward_state_of_its_own_alone(door: FrontDoor) -> None:
    agency, other = await door.as_agency(), await door.as_agency()
    sent = await door.client.post("/referrals", json=a_referral(), headers=agency)
    path = f"/referrals/{sent.json()['referral_id']}"
    own = await door.client.get(path, headers=agency)
    assert own.json()["status"] == "received"
    assert "people" not in own.json()
    foreign = await door.client.get(path, headers=other)
    unknown = await door.client.get(f"/referrals/{uuid4()}", headers=other)
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.json() | {"instance": ""} == unknown.json() | {"instance": ""}


async def test_another_council_finds_nothing_there(door: FrontDoor) -> None:
    agency = await door.as_agency()
    sent = await door.client.post("/referrals", json=a_referral(), headers=agency)
    headers = WEST_SUSSEX.bearer(sub="w-9", roles=["duty_worker", "duty_manager"])
    path = f"/referrals/{sent.json()['referral_id']}"
    assert (await door.client.get(path, headers=headers)).status_code == 404
    steps = await door.client.post(f"{path}/screening", json={}, headers=headers)
    assert steps.status_code == 404
    assert (await door.client.get("/referrals", headers=headers)).json() == []


async def test_a_workers_read_is_written_down_with_it(door: FrontDoor) -> None:
    agency = await door.as_agency()
    sent = await door.client.post("/referrals", json=a_referral(), headers=agency)
    referral = sent.json()["referral_id"]
    read = await door.client.get(f"/referrals/{referral}", headers=door.as_worker())
    assert read.json()["told_about"][0]["told"]["reason"] == "An invented worry."
    audited = await door.rows("SELECT action, actor FROM audit WHERE subject = :id", id=referral)
    assert {"action": "referral read", "actor": "w-1001"} in audited


async def test_the_system_administrator_sees_no_family(door: FrontDoor) -> None:
    agency = await door.as_agency()
    sent = await door.client.post("/referrals", json=a_referral(), headers=agency)
    answer = await door.client.get(
        f"/referrals/{sent.json()['referral_id']}", headers=door.as_worker("system_admin")
    )
    assert answer.status_code == 403


async def test_the_description_shows_the_whole_form(door: FrontDoor) -> None:
    document = (await door.client.get("/openapi.json")).json()
    body = document["paths"]["/referrals"]["post"]["requestBody"]
    form = body["content"]["application/json"]["schema"]
    assert set(form["required"]) == {"danger", "referrer", "reason", "household"}
    child = form["properties"]["household"]["properties"]["children"]["items"]
    assert "expected" in child["properties"]
    assert "$ref" not in str(form)
