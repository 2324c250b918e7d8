"""Puts a service's HTTP application together: the same edge for every one of them."""

from collections.abc import AsyncIterator, Callable, Collection, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import httpx
from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts

from chassis.settings import ServiceSettings
from chassis.web.access import Access
from chassis.web.guard import require_guards
from chassis.web.identity import IdentityDoor
from chassis.web.limits import MOST_BYTES, Limits
from chassis.web.openapi import tell_openapi
from chassis.web.problems import install_problems

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def make_application(
    title: str,
    routers: Iterable[APIRouter],
    room: object,
    settings: ServiceSettings,
    lifespan: Lifespan | None = None,
    *,
    public: Collection[str] = (),
    most_bytes: int = MOST_BYTES,
    own_reading: Collection[str] = (),
    issuers_transport: httpx.AsyncBaseTransport | None = None,
) -> FastAPI:
    """Build the application; routes find `room`, `settings` and `identity` on its state.

    Args:
        title: The service's name in its OpenAPI description.
        routers: All of its routes, health and quiet among them.
        room: What its use cases work with.
        settings: Read once by the caller.
        lifespan: What starts and stops with it.
        public: Its routes that ask nobody who they are, as "METHOD /path".
        most_bytes: The largest body it takes.
        own_reading: Its routes that make something even of JSON that no parser takes.
        issuers_transport: Stands for the issuers in a test.

    Raises:
        UnguardedRouteError: A route has no door and is not declared public.
    """
    identity = IdentityDoor(settings.issuers, settings.audience, issuers_transport)
    app = _bare(title, settings, _with_identity(identity, lifespan))
    app.state.room, app.state.settings, app.state.identity = room, settings, identity
    app.state.settled_by_the_work = frozenset[str]()
    install_problems(app)
    for router in routers:
        app.include_router(router)
    require_guards(app, public)
    tell_openapi(app)
    app.add_middleware(Limits, most_bytes=most_bytes, own_reading=own_reading)
    app.add_middleware(Access, templates=_templates(app))
    return app


def _bare(title: str, settings: ServiceSettings, lifespan: Lifespan) -> FastAPI:
    developing = settings.environment == "development"
    return FastAPI(
        title=title,
        docs_url="/docs" if developing else None,
        redoc_url=None,
        lifespan=lifespan,
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )


def _templates(app: FastAPI) -> dict[int, str]:
    """Map each route to its whole path template; a router's routes know only their own part."""
    return {
        id(context.original_route): context.path_format
        for context in iter_route_contexts(app.routes)
        if context.path_format
    }


def _with_identity(identity: IdentityDoor, lifespan: Lifespan | None) -> Lifespan:
    @asynccontextmanager
    async def both(app: FastAPI) -> AsyncIterator[None]:
        try:
            if lifespan is None:
                yield
            else:
                async with lifespan(app):
                    yield
        finally:
            await identity.close()

    return both
