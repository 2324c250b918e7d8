"""The issuers give tokens that the services believe, and only to whom they know."""

from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from chassis.settings import TrustedIssuer
from chassis.web.identity import IdentityDoor
from contracts.roles import Role
from councils.rules import load_councils
from deploy.simulators.people import read_people
from tests.making.simulators import URL, Simulators, simulators


async def claims_of(sims: Simulators, issuer: str, token: str) -> dict[str, Any]:
    published = (await sims.http.get(f"/issuers/{issuer}/jwks")).json()
    return jwt.decode(token, KeySet.import_key_set(published), algorithms=["ES256"]).claims


async def test_discovery_leads_to_keys_and_tokens(tmp_path: Path) -> None:
    async with simulators(tmp_path) as sims:
        found = (await sims.http.get("/issuers/southend/.well-known/openid-configuration")).json()
        assert found["issuer"] == f"{URL}/issuers/southend"
        assert (await sims.http.get(found["jwks_uri"])).json()["keys"][0]["kty"] == "EC"
        assert "d" not in (await sims.http.get(found["jwks_uri"])).json()["keys"][0]
        assert (await sims.http.get("/issuers/elsewhere/jwks")).status_code == 404


async def test_a_workers_token_says_who_she_is_and_for_which_council(tmp_path: Path) -> None:
    async with simulators(tmp_path) as sims:
        token = await sims.staff_token("southend", "staff-debbie", roles=["duty_worker"])
        claims = await claims_of(sims, "southend", token)
    assert claims.keys() == {
        "iss", "sub", "aud", "exp", "iat", "nbf", "jti", "kinbridge_council",
        "kinbridge_organisation", "roles", "scope", "client_id",
    }  # fmt: skip
    assert claims["sub"] == "staff-debbie"
    assert claims["aud"] == [
        "kinbridge", "kinbridge-referral", "kinbridge-allocation", "kinbridge-handover",
        "kinbridge-notifications",
    ]  # fmt: skip
    assert claims["roles"] == ["duty_worker"]
    assert claims["kinbridge_council"] == "southend"
    assert claims["exp"] - claims["iat"] == 3_600


async def test_a_worker_has_all_her_roles_when_none_is_named(tmp_path: Path) -> None:
    async with simulators(tmp_path) as sims:
        token = await sims.staff_token("southend", "staff-debbie", audience="kinbridge-referral")
        claims = await claims_of(sims, "southend", token)
    assert claims["roles"] == ["practitioner", "duty_worker"]
    assert claims["aud"] == ["kinbridge", "kinbridge-referral"]


@pytest.mark.parametrize(
    ("issuer", "asked", "status", "error"),
    [
        ("southend", {"subject": "staff-nobody"}, 400, "invalid_grant"),
        ("southend", {"subject": "staff-allison"}, 400, "invalid_grant"),
        ("southend", {"subject": "staff-debbie", "roles": "team_manager"}, 400, "invalid_scope"),
        ("southend", {"client_id": "southend", "client_secret": ""}, 401, "invalid_client"),
        ("southend", {"grant_type": "password"}, 400, "unsupported_grant_type"),
        ("southend", {"roles": 7}, 400, "invalid_request"),
        ("hub-services", {"subject": "staff-debbie"}, 401, "invalid_client"),
        (
            "hub-services",
            {"client_id": "handover", "client_secret": "secret-of-handover"},
            400,
            "invalid_target",
        ),
    ],
)
async def test_nobody_gets_a_token_that_is_not_theirs(
    tmp_path: Path, issuer: str, asked: dict[str, Any], status: int, error: str
) -> None:
    async with simulators(tmp_path) as sims:
        answer = await sims.http.post(f"/issuers/{issuer}/token", json=asked)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


async def test_a_service_asks_with_basic_and_serves_every_council(tmp_path: Path) -> None:
    async with simulators(tmp_path) as sims:
        answer = await sims.http.post(
            "/issuers/hub-services/token",
            data={"grant_type": "client_credentials", "audience": "kinbridge-referral"},
            auth=("handover", "secret-of-handover"),
        )
        claims = await claims_of(sims, "hub-services", answer.json()["access_token"])
    assert (claims["client_id"], claims["aud"]) == ("handover", ["kinbridge-referral"])
    assert "kinbridge_council" not in claims


async def test_a_malformed_basic_header_is_refused(tmp_path: Path) -> None:
    async with simulators(tmp_path) as sims:
        headers = {"Authorization": "Basic not-base64!"}
        answer = await sims.http.post("/issuers/hub-services/token", headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_a_care_system_has_a_token_of_its_own_beside_its_people(tmp_path: Path) -> None:
    async with simulators(tmp_path) as sims:
        answer = await sims.http.post(
            "/issuers/southend-care/token",
            json={"client_id": "southend-care", "client_secret": "care-secret"},
        )
        system = await claims_of(sims, "southend-care", answer.json()["access_token"])
        person = await sims.staff_token("southend-care", "care-helen")
        helen = await claims_of(sims, "southend-care", person)
    assert (system["sub"], system["roles"]) == ("system:southend-care", ["care_receiver"])
    assert (helen["sub"], helen["kinbridge_council"]) == ("care-helen", "southend")


async def test_tokens_outlive_a_restart_of_the_issuer(tmp_path: Path) -> None:
    async with simulators(tmp_path) as sims:
        token = await sims.staff_token("west-sussex", "staff-allison")
    async with simulators(tmp_path) as sims:
        assert (await claims_of(sims, "west-sussex", token))["sub"] == "staff-allison"


async def test_the_services_believe_these_tokens(tmp_path: Path) -> None:
    async with simulators(tmp_path) as sims:
        jwks = f"{URL}/issuers/southend/jwks"
        staff = TrustedIssuer(
            issuer=f"{URL}/issuers/southend", jwks_url=jwks, kind="staff", council="southend"
        )
        hub = TrustedIssuer(
            issuer=f"{URL}/issuers/hub-services",
            jwks_url=f"{URL}/issuers/hub-services/jwks",
            kind="service",
        )
        for audience in ("kinbridge", "kinbridge-referral"):
            door = IdentityDoor((staff, hub), audience, sims.http._transport)
            token = await sims.staff_token("southend", "staff-priya", audience=audience)
            actor = await door.actor(token)
            assert actor.council == "southend"
            assert actor.roles == frozenset({Role.DUTY_MANAGER})
        door = IdentityDoor((staff, hub), "kinbridge-referral", sims.http._transport)
        service = await door.actor(await sims.service_token("allocation", "kinbridge-referral"))
        assert (service.kind, service.client) == ("service", "allocation")


async def test_every_invented_person_has_roles_and_a_team_that_exist(tmp_path: Path) -> None:
    councils = load_councils(Path("councils"))
    for issuer, people in read_people(None).items():
        council = issuer.removesuffix("-care")
        teams = {None, *(team.code for team in councils[council].teams)}
        for person in people:
            assert set(person.roles) <= set(Role)
            assert person.team in teams
    async with simulators(tmp_path) as sims:
        shown = (await sims.http.get("/issuers/southend/people")).json()
    assert {role for person in shown for role in person["roles"]} == set(Role) - {"care_receiver"}
