"""Whether a service lives, whether it can serve, and what it measures."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

Probe = Callable[[], Awaitable[str | None]]
"""Asks one thing; answers None when it is well, else the reason in words without values."""

PROBE_SECONDS = 2.0


def health_router(
    live: Mapping[str, Probe], ready: Mapping[str, Probe], *, patience: float = PROBE_SECONDS
) -> APIRouter:
    """Make /health/live, /health/ready and /metrics.

    Args:
        live: A failing one means that only a restart helps: a loop or consumer that is stuck.
        ready: A failing one means that work cannot be done now, and may be again by itself.
        patience: Seconds that each probe has to answer.
    """
    router = APIRouter(tags=["health"])

    @router.get("/health/live", summary="Is it making progress?")
    async def is_live() -> JSONResponse:
        return _answer("live", await _reasons(live, patience))

    @router.get("/health/ready", summary="Can it do its work now?")
    async def is_ready() -> JSONResponse:
        return _answer("ready", await _reasons(ready, patience))

    @router.get("/metrics", summary="Measures for Prometheus", response_class=Response)
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router


def database_probe(engine: AsyncEngine) -> Probe:
    """Ask the database for one row."""

    async def probe() -> str | None:
        async with engine.connect() as conn:
            await conn.execute(text("SELECT 1"))
        return None

    return probe


async def _reasons(probes: Mapping[str, Probe], patience: float) -> dict[str, str]:
    asked = await asyncio.gather(*(_ask(probe, patience) for probe in probes.values()))
    return {name: reason for name, reason in zip(probes, asked, strict=True) if reason}


async def _ask(probe: Probe, patience: float) -> str | None:
    try:
        async with asyncio.timeout(patience):
            return await probe()
    except TimeoutError:
        return "no answer in time"
    except Exception as error:  # noqa: BLE001 - whatever it is, the probed thing is not well
        return type(error).__qualname__


def _answer(what: str, reasons: dict[str, str]) -> JSONResponse:
    return JSONResponse({what: not reasons, "reasons": reasons}, 503 if reasons else 200)
