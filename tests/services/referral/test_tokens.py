"""An agency's software gets its tokens here, and nobody else does."""

import pytest

from tests.making.front_door import WEST_SUSSEX, FrontDoor
from tests.making.referrals import a_referral

pytestmark = pytest.mark.postgres


async def test_a_token_opens_only_what_was_asked_for(door: FrontDoor) -> None:
    agency = await door.an_agency()
    answer = await door.a_token(agency, scope="referrals.read")
    assert answer.json()["scope"] == "referrals.read"
    assert answer.headers["Cache-Control"] == "no-store"
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    refused = await door.client.post("/referrals", json=a_referral(), headers=headers)
    assert refused.status_code == 403


async def test_unknown_clients_and_wrong_secrets_are_told_the_same(door: FrontDoor) -> None:
    agency = await door.an_agency()
    stranger = agency | {"client_id": "southend.0199aaaa-0000-7000-8000-000000000000"}
    wrong = agency | {"client_secret": "kb_wrong"}
    no_text = agency | {"client_id": "south\0end.0199aaaa-0000-7000-8000-000000000000"}
    answers = [await door.a_token(who) for who in (stranger, wrong, no_text)]
    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert [answer.json() for answer in answers] == [{"error": "invalid_client"}] * 3


async def test_wrong_secrets_make_a_client_wait_and_no_other(door: FrontDoor) -> None:
    agency, other = await door.an_agency(), await door.an_agency()
    wrong = agency | {"client_secret": "kb_wrong"}
    for _ in range(5):
        await door.a_token(wrong)
    answer = await door.a_token(agency)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert (await door.a_token(other)).status_code == 200


async def test_nobodys_wrong_tries_shut_out_a_client_whose_secret_was_right(
    door: FrontDoor,
) -> None:
    agency = await door.an_agency()
    assert (await door.a_token(agency)).status_code == 200
    wrong = [await door.a_token(agency | {"client_secret": "kb_wrong"}) for _ in range(6)]
    assert wrong[-1].status_code == 429
    assert (await door.a_token(agency)).status_code == 200


async def test_an_old_secret_works_beside_the_new_one_unless_it_leaked(door: FrontDoor) -> None:
    agency, admin = await door.an_agency(), door.as_worker("system_admin")
    path = f"/agencies/{agency['agency_id']}/secrets"
    second = (await door.client.post(path, headers=admin)).json()
    assert (await door.a_token(agency)).status_code == 200
    assert (await door.a_token(second)).status_code == 200
    third = (await door.client.post(f"{path}?leaked=true", headers=admin)).json()
    assert (await door.a_token(second)).status_code == 401
    assert (await door.a_token(third)).status_code == 200


async def test_an_agency_that_was_closed_gets_no_token_until_it_is_reopened(
    door: FrontDoor,
) -> None:
    agency, admin = await door.an_agency(), door.as_worker("system_admin")
    path = f"/agencies/{agency['agency_id']}"
    assert (await door.a_token(agency)).status_code == 200
    for _ in range(2):
        closed = await door.client.post(f"{path}/closure", headers=admin)
        assert (closed.status_code, closed.json()["active"]) == (200, False)
    assert (await door.a_token(agency)).status_code == 401
    assert (await door.client.post(f"{path}/reopening", headers=admin)).json()["active"] is True
    assert (await door.a_token(agency)).status_code == 200
    noted = await door.rows("SELECT action FROM audit WHERE action ~ 'closed|reopened' ORDER BY id")
    assert [row["action"] for row in noted] == ["agency closed", "agency reopened"]


async def test_an_agency_of_another_council_cannot_be_closed(door: FrontDoor) -> None:
    agency = await door.an_agency()
    elsewhere = WEST_SUSSEX.bearer(sub="w-9", roles=["system_admin"])
    path = f"/agencies/{agency['agency_id']}/closure"
    assert (await door.client.post(path, headers=elsewhere)).status_code == 404
    assert (await door.client.post(path, headers=door.as_manager())).status_code == 403


async def test_secrets_are_kept_as_hashes_alone(door: FrontDoor) -> None:
    agency = await door.an_agency()
    kept = await door.rows("SELECT secret_hash FROM agency_secrets")
    assert kept[0]["secret_hash"].startswith("$argon2id$")
    assert agency["client_secret"] not in kept[0]["secret_hash"]
    listed = await door.client.get("/agencies", headers=door.as_worker("system_admin"))
    assert "client_secret" not in listed.json()[0]


async def test_only_the_system_administrator_registers_agencies(door: FrontDoor) -> None:
    answer = await door.client.post("/agencies", json={}, headers=door.as_manager())
    assert answer.status_code == 403


async def test_the_keys_are_published_without_their_secret_half(door: FrontDoor) -> None:
    keys = (await door.client.get("/.well-known/jwks.json")).json()["keys"]
    assert [key["kid"] for key in keys] == ["agencies"]
    assert "d" not in keys[0]
    told = (await door.client.get("/.well-known/openid-configuration")).json()
    assert told["jwks_uri"].endswith("/.well-known/jwks.json")
