"""The worklist over HTTP: staff see what their roles are asked to do, take it, and settle it."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, StringConstraints
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis import audit
from chassis.facts import NotAllowed, NotFound
from chassis.prompts import Prompt, one_prompt, open_prompts, settle_prompt, take_prompt
from chassis.web.identity import Actor, staff


class SettledByTheWork(NotAllowed):
    """Ticking this off would not do it: it settles itself when the work is done (409)."""

    slug = "settled-by-the-work"
    title = "This settles itself when what it asks for is done; it cannot be ticked off"


Staff = Annotated[Actor, Depends(staff())]
Subject = Annotated[str, Query(pattern=r"^[\x21-\x7e]{1,200}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]


class Settlement(BaseModel):
    """What came of it, as a code."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    outcome: Code


router = APIRouter(prefix="/prompts", tags=["worklist"])
"""/prompts over the database of the service's own room."""


async def engine_of(request: Request) -> AsyncEngine:
    """Give a route the database of the room it works in."""
    engine: AsyncEngine = request.app.state.room.engine
    return engine


Engine = Annotated[AsyncEngine, Depends(engine_of)]


@router.get("", summary="What your roles are asked to do, the urgent first")
async def listed(engine: Engine, actor: Staff, subject: Subject | None = None) -> list[Prompt]:
    """List the open prompts."""
    async with engine.begin() as conn:
        return await open_prompts(conn, council=actor.council, roles=actor.roles, subject=subject)


@router.post("/{prompt_id}/taken", summary="Say that you are on it")
async def taken(engine: Engine, actor: Staff, prompt_id: UUID) -> Prompt:
    """Take it; others see that somebody has."""
    async with engine.begin() as conn:
        prompt = await _theirs(conn, actor, prompt_id)
        await take_prompt(conn, council=actor.council, prompt_id=prompt_id, by=actor.subject)
        await _noted(conn, actor, prompt, "prompt taken", [prompt.kind])
    return replace(prompt, taken_by=actor.subject)


@router.post("/{prompt_id}/settled", summary="Say what came of it", status_code=204)
async def settled(
    request: Request, engine: Engine, actor: Staff, prompt_id: UUID, told: Settlement
) -> None:
    """Settle it, unless only the work itself can."""
    async with engine.begin() as conn:
        prompt = await _theirs(conn, actor, prompt_id)
        if prompt.kind in request.app.state.settled_by_the_work:
            raise SettledByTheWork
        await settle_prompt(
            conn,
            council=actor.council,
            prompt_id=prompt_id,
            outcome=told.outcome,
            by=actor.subject,
        )
        await _noted(conn, actor, prompt, "prompt settled", [prompt.kind, told.outcome])


async def _theirs(conn: AsyncConnection, actor: Actor, prompt_id: UUID) -> Prompt:
    prompt = await one_prompt(conn, council=actor.council, prompt_id=prompt_id)
    if prompt is None or prompt.role not in actor.roles:
        raise NotFound
    return prompt


async def _noted(
    conn: AsyncConnection, actor: Actor, prompt: Prompt, action: str, detail: list[str]
) -> None:
    await audit.record(
        conn,
        council=actor.council,
        actor=actor,
        action=action,
        subject=prompt.subject,
        detail=detail,
    )
