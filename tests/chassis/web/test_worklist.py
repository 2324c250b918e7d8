"""The worklist over HTTP: seen by its role alone, taken, settled, and not ticked off for work."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from chassis.database import psycopg_url
from chassis.prompts import raise_prompt
from chassis.web import worklist
from tests.making.applications import an_application, calling
from tests.making.databases import Fresh
from tests.making.issuers import Issuer

pytestmark = pytest.mark.postgres


@dataclass(frozen=True)
class Room:
    """All that the worklist asks of a room."""

    engine: AsyncEngine


@dataclass(frozen=True)
class Desk:
    """A worklist with a caller, and its database."""

    client: AsyncClient
    engine: AsyncEngine
    issuer: Issuer

    def worker(self, *roles: str) -> dict[str, str]:
        return self.issuer.bearer(roles=list(roles))

    async def ask(self, kind: str = "ring_back", council: str = "southend") -> str:
        async with self.engine.begin() as conn:
            await raise_prompt(conn, council=council, kind=kind, subject="s", role="duty_worker")
        listed = await self.client.get("/prompts", headers=self.worker("duty_worker"))
        return str(listed.json()[0]["id"]) if listed.json() else ""


@pytest.fixture
async def desk(fresh_database: Fresh) -> AsyncIterator[Desk]:
    engine = create_async_engine(psycopg_url(fresh_database("").app_url))
    issuer = Issuer()
    app = an_application(worklist.router, issuer, room=Room(engine))
    app.state.settled_by_the_work = frozenset({"confirm_it"})
    async with calling(app) as client:
        yield Desk(client, engine, issuer)
    await engine.dispose()


async def post(desk: Desk, path: str, role: str = "duty_worker", **body: Any) -> int:
    answer = await desk.client.post(f"/prompts/{path}", json=body, headers=desk.worker(role))
    return answer.status_code


async def test_a_prompt_is_taken_and_settled_by_its_role(desk: Desk) -> None:
    prompt = await desk.ask()
    assert await post(desk, f"{prompt}/taken") == 200
    assert await post(desk, f"{prompt}/settled", outcome="rung_back") == 204
    assert await post(desk, f"{prompt}/settled", outcome="rung_back") == 404


async def test_another_role_and_another_council_find_nothing(desk: Desk) -> None:
    prompt = await desk.ask()
    assert await post(desk, f"{prompt}/settled", role="team_manager", outcome="done") == 404
    listed = await desk.client.get("/prompts", headers=desk.worker("team_manager"))
    assert listed.json() == []
    async with desk.engine.begin() as conn:
        await raise_prompt(
            conn, council="west-sussex", kind="x", subject="other", role="duty_worker"
        )
    listed = await desk.client.get("/prompts", headers=desk.worker("duty_worker"))
    assert [each["subject"] for each in listed.json()] == ["s"]


async def test_what_only_the_work_settles_cannot_be_ticked_off(desk: Desk) -> None:
    prompt = await desk.ask("confirm_it")
    assert await post(desk, f"{prompt}/settled", outcome="done") == 409
    assert await post(desk, f"{prompt}/taken") == 200


async def test_an_outcome_is_a_code_and_never_a_sentence(desk: Desk) -> None:
    prompt = await desk.ask()
    assert await post(desk, f"{prompt}/settled", outcome="We spoke to Mrs Invented") == 422
