"""Routes behind doors: who gets through, who is told 401 or 403, and no route without a door."""

from collections.abc import Callable
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends, FastAPI

from chassis.web.guard import UnguardedRouteError, guarded, unguarded
from chassis.web.identity import Actor, agency, calling_service, either, staff
from tests.making.applications import an_application, calling
from tests.making.issuers import Issuer, hub_agencies, hub_services

router = APIRouter()


@router.get("/decisions")
async def decisions(actor: Annotated[Actor, Depends(staff("duty_manager"))]) -> str:
    return actor.subject


@router.get("/teams")
async def teams(actor: Annotated[Actor, Depends(staff())]) -> str:
    return actor.council


@router.get("/receipts")
async def receipts(
    actor: Annotated[Actor, Depends(either(agency("receipts:read"), staff("duty_worker")))],
) -> str:
    return actor.kind


@router.get("/internal/detail", dependencies=[Depends(calling_service("handover"))])
async def detail() -> str:
    return "detail"


SOUTHEND, AGENCIES, SERVICES = Issuer(), hub_agencies(), hub_services()
STAFF = {"roles": ["duty_worker"]}
AGENCY = {"kinbridge_council": "southend", "kinbridge_organisation": "a-7"}


async def asked(path: str, headers: dict[str, str]) -> int:
    async with calling(an_application(router, SOUTHEND, AGENCIES, SERVICES)) as client:
        answer = await client.get(path, headers=headers)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    return answer.status_code


async def test_the_role_opens_the_door() -> None:
    assert await asked("/decisions", SOUTHEND.bearer(roles=["duty_manager", "x"])) == 200
    assert await asked("/decisions", SOUTHEND.bearer(**STAFF)) == 403
    assert await asked("/teams", SOUTHEND.bearer()) == 200


async def test_an_agency_needs_the_scope() -> None:
    assert await asked("/receipts", AGENCIES.bearer(scope="receipts:read", **AGENCY)) == 200
    assert await asked("/receipts", AGENCIES.bearer(scope="receipts", **AGENCY)) == 403
    assert await asked("/teams", AGENCIES.bearer(scope="receipts:read", **AGENCY)) == 403


async def test_either_kind_of_reader_gets_through_with_what_is_theirs() -> None:
    assert await asked("/receipts", SOUTHEND.bearer(**STAFF)) == 200
    assert await asked("/receipts", SOUTHEND.bearer(roles=["receipts:read"])) == 403


async def test_only_the_named_service_gets_the_detail() -> None:
    assert await asked("/internal/detail", SERVICES.bearer(client_id="handover")) == 200
    assert await asked("/internal/detail", SERVICES.bearer(client_id="allocation")) == 403
    assert await asked("/internal/detail", SOUTHEND.bearer(client_id="handover")) == 403


@pytest.mark.parametrize("value", ["", "Basic eDp5", "Bearer", "Bearer x", "bearer a.b.c"])
async def test_nobody_is_told_to_bring_a_token(value: str) -> None:
    async with calling(an_application(router, SOUTHEND)) as client:
        answer = await client.get("/teams", headers={"Authorization": value})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith('Bearer realm="kinbridge"')
    assert answer.headers["content-type"] == "application/problem+json"
    assert "mistake" not in answer.json()


async def test_the_401_names_a_mistake_only_where_a_token_came() -> None:
    async with calling(an_application(router, SOUTHEND)) as client:
        without = await client.get("/teams")
        wrong = await client.get("/teams", headers=SOUTHEND.bearer(aud="another"))
    assert "error" not in without.headers["www-authenticate"]
    assert 'error="invalid_token"' in wrong.headers["www-authenticate"]


async def test_an_issuer_that_is_away_is_try_later_and_not_nobody() -> None:
    away = Issuer(away=True)
    async with calling(an_application(router, away)) as client:
        answer = await client.get("/teams", headers=away.bearer())
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"


def test_a_route_without_a_door_keeps_the_service_from_starting() -> None:
    planted = APIRouter(prefix="/open")
    planted.get("/secrets")(detail)
    planted.include_router(router)
    with pytest.raises(UnguardedRouteError, match=r"GET /open/secrets$"):
        an_application(planted, SOUTHEND)


def test_a_route_is_public_only_by_its_method_and_whole_path() -> None:
    planted = APIRouter()
    planted.api_route("/token", methods=["GET", "POST"])(detail)
    with pytest.raises(UnguardedRouteError, match=r"^GET /token$"):
        an_application(planted, SOUTHEND, public={"POST /token"})
    assert an_application(planted, SOUTHEND, public={"POST /token", "GET /token"})


def test_a_mounted_application_counts_as_open() -> None:
    app = FastAPI(openapi_url=None)
    app.mount("/other", FastAPI())
    assert unguarded(app) == ["ANY /other"]


def test_a_door_that_stands_behind_another_dependency_is_seen() -> None:
    async def reader(actor: Annotated[Actor, Depends(staff())]) -> str:
        return actor.subject

    planted = APIRouter()
    planted.get("/deep")(_ending_in(reader))
    assert guarded(planted.routes[0])


def _ending_in(dependency: Callable[..., Any]) -> Callable[..., Any]:
    async def route(_who: Annotated[str, Depends(dependency)]) -> None: ...

    return route
