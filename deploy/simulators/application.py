"""The one process: every simulator put together, and a root page that says what this is."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

import httpx
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.middleware.body_limit import RequestBodyLimitMiddleware

from chassis.clocks import FieldClock
from deploy.simulators.care_routes import CareSystems, care_router
from deploy.simulators.clock_routes import clock_router
from deploy.simulators.configuration import Configuration
from deploy.simulators.issuer_routes import issuer_router
from deploy.simulators.issuers import SERVICES, make_issuers
from deploy.simulators.journal import JournalFullError
from deploy.simulators.notify.keys import Keys
from deploy.simulators.notify.mailroom import Limits, Mailroom
from deploy.simulators.notify.receipts import Receipts
from deploy.simulators.notify.refusals import NotifyError, answer_refusal
from deploy.simulators.notify.routes import Door, notify_router
from deploy.simulators.notify.sending import PostOffice
from deploy.simulators.notify.templates import read_templates
from deploy.simulators.partners import Partners, partner_router
from deploy.simulators.people import read_people

WARNING = (
    "KINBRIDGE SIMULATORS: FOR DEVELOPMENT ONLY. They give tokens to anyone who asks, "
    "send nothing to anyone, and must never be reachable beside real data."
)
log = logging.getLogger("deploy.simulators")


def create_app(configuration: Configuration, client: httpx.AsyncClient | None = None) -> FastAPI:
    """Put the simulators together; `client` posts Notify's callbacks."""
    client = client or httpx.AsyncClient(trust_env=False)
    configuration.field_clock_file.parent.mkdir(parents=True, exist_ok=True)
    issuers = make_issuers(configuration)
    mailroom = _mailroom(configuration, client)
    base = f"{configuration.public_url}/notify"
    office = PostOffice(mailroom, read_templates(configuration.notify.templates_file), base)
    app = FastAPI(title="Kinbridge simulators (development only)", lifespan=_life(mailroom, client))
    app.state.mailroom = mailroom
    app.include_router(issuer_router(issuers, read_people(configuration.people_file)))
    app.include_router(notify_router(office, Door(Keys(configuration.notify.api_keys))))
    app.include_router(care_router(CareSystems(configuration, issuers[SERVICES])))
    app.include_router(partner_router(Partners(configuration)))
    app.include_router(clock_router(FieldClock(configuration.field_clock_file)))
    _front(app, mailroom)
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=configuration.most_body_bytes)
    app.add_exception_handler(NotifyError, answer_refusal)
    app.add_exception_handler(JournalFullError, _answer_full)
    app.add_exception_handler(RequestValidationError, _answer_malformed)
    return app


def _mailroom(configuration: Configuration, client: httpx.AsyncClient) -> Mailroom:
    limits = Limits(configuration.most_notifications, configuration.most_journal_bytes)
    receipts = Receipts(configuration.notify, client)
    folder = configuration.state_directory / "notify"
    return Mailroom(configuration.notify, folder, receipts, limits)


def _front(app: FastAPI, mailroom: Mailroom) -> None:
    @app.get("/", response_class=HTMLResponse)
    async def front() -> str:
        """Say loudly what this is."""
        return f"<!doctype html><html lang='en'><title>Development only</title><h1>{WARNING}</h1>"

    @app.get("/health/live")
    async def live() -> dict[str, str]:
        """Tell that the process answers."""
        return {"status": "live"}

    @app.get("/quiet")
    async def quiet() -> dict[str, Any]:
        """Tell whether any message or callback is still on its way."""
        waiting = mailroom.waiting()
        return {"quiet": waiting == 0, "waiting": {"notify": waiting}}


def _life(
    mailroom: Mailroom, client: httpx.AsyncClient
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        log.warning(WARNING)
        delivering = asyncio.create_task(mailroom.run())
        yield
        delivering.cancel()
        with suppress(asyncio.CancelledError):
            await delivering
        await client.aclose()

    return life


async def _answer_malformed(_: Request, error: Exception) -> JSONResponse:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    shown = [{"field": ".".join(map(str, one["loc"])), "error": one["type"]} for one in found]
    return JSONResponse({"errors": shown}, 422)


async def _answer_full(_: Request, error: Exception) -> JSONResponse:
    log.error("full: %s", error)
    return JSONResponse({"error": "this simulator keeps no more; move its state away"}, 507)
