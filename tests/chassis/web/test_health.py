"""Whether a service lives, can work, and has nothing left to do."""

import asyncio
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter

from chassis.database import make_engine
from chassis.web.health import database_probe, health_router
from chassis.web.quiet import quiet_router
from tests.making.applications import an_application, calling, some_settings


async def well() -> str | None:
    return None


async def stuck() -> str | None:
    return "no message moved for 60 s"


async def broken() -> str | None:
    raise OSError("the password is hunter2")


async def hanging() -> str | None:
    await asyncio.Event().wait()
    return None


async def seen(router: APIRouter, path: str, **settings: Any) -> Any:
    async with calling(an_application(router, **settings)) as client:
        return await client.get(path)


async def test_a_service_that_is_well_lives_and_is_ready() -> None:
    router = health_router({"relay": well}, {"database": well})
    assert (await seen(router, "/health/live")).json() == {"live": True, "reasons": {}}
    assert (await seen(router, "/health/ready")).status_code == 200


async def test_a_stuck_loop_is_named_and_does_not_make_it_unready() -> None:
    router = health_router({"relay": well, "consumer": stuck}, {"database": well})
    answer = await seen(router, "/health/live")
    assert answer.status_code == 503
    assert answer.json()["reasons"] == {"consumer": "no message moved for 60 s"}
    assert (await seen(router, "/health/ready")).status_code == 200


async def test_a_probe_that_fails_or_hangs_tells_no_words() -> None:
    router = health_router({}, {"kafka": broken, "database": hanging}, patience=0.01)
    answer = await seen(router, "/health/ready")
    assert answer.status_code == 503
    assert answer.json() == {
        "ready": False,
        "reasons": {"kafka": "OSError", "database": "no answer in time"},
    }


async def test_the_measures_name_the_route_and_never_the_path() -> None:
    router = health_router({}, {})
    async with calling(an_application(router)) as client:
        await client.get("/people/rowan-invented")
        answer = await client.get("/metrics")
    assert 'route="(none)"' in answer.text
    assert "rowan" not in answer.text


async def test_a_database_that_is_away_makes_it_unready() -> None:
    engine = make_engine(some_settings())
    answer = await seen(health_router({}, {"database": database_probe(engine)}), "/health/ready")
    assert answer.json() == {"ready": False, "reasons": {"database": "OperationalError"}}
    await engine.dispose()


async def waiting() -> Mapping[str, int]:
    return {"unpublished": 0, "due_timers": 2}


async def nothing() -> Mapping[str, int]:
    return {"unpublished": 0}


async def test_quiet_says_what_still_waits() -> None:
    answer = (await seen(quiet_router(waiting), "/quiet")).json()
    assert answer == {"quiet": False, "waiting": {"unpublished": 0, "due_timers": 2}}
    assert (await seen(quiet_router(nothing), "/quiet")).json()["quiet"] is True


async def test_quiet_and_the_pages_of_documentation_are_for_development_alone() -> None:
    for path, expected in (("/quiet", 404), ("/docs", 404), ("/openapi.json", 200)):
        answer = await seen(quiet_router(nothing), path, environment="production")
        assert answer.status_code == expected
    assert (await seen(quiet_router(nothing), "/docs")).status_code == 200
