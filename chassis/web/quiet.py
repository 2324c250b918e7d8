"""What still waits to be done here, so that a demonstration or a test waits for quiet, not time."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from chassis.facts import NotFound

QuietReport = Callable[[], Awaitable[Mapping[str, int]]]
"""Counts what waits, by name: unpublished, lag, due_timers, deliveries."""


class Quiet(BaseModel):
    """Nothing waits, or how much of what does."""

    quiet: bool
    waiting: dict[str, int]


async def development_only(request: Request) -> None:
    """Let nobody see it elsewhere."""
    if request.app.state.settings.environment != "development":
        raise NotFound


def quiet_router(report: QuietReport) -> APIRouter:
    """Make /quiet, which answers in development alone."""
    router = APIRouter(tags=["development"], include_in_schema=False)

    @router.get("/quiet")
    async def quiet(_here: Annotated[None, Depends(development_only)]) -> Quiet:
        waiting = dict(await report())
        return Quiet(quiet=not any(waiting.values()), waiting=waiting)

    return router
