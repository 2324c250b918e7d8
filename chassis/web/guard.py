"""No route without a door: each one asks who is there, or stands on a list of the public ones."""

from collections.abc import Collection, Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from chassis.web.identity import Door

PUBLIC = frozenset(
    {
        "GET /health/live",
        "GET /health/ready",
        "GET /metrics",
        "GET /openapi.json",
        # these three answer in development alone
        "GET /quiet",
        "GET /docs",
        "GET /docs/oauth2-redirect",
    }
)


class UnguardedRouteError(Exception):
    """A route asks nobody who they are and is not declared public."""


def guarded(route: Any) -> bool:
    """Tell whether a route of an application asks who is there."""
    dependant = getattr(route, "dependant", None)
    return isinstance(dependant, Dependant) and any(
        isinstance(one.call, Door) for one in _all(dependant)
    )


def unguarded(app: FastAPI, public: Collection[str] = ()) -> list[str]:
    """List the routes that are neither guarded nor public, as "METHOD /path"."""
    allowed = PUBLIC | set(public)
    return [
        name
        for route in iter_route_contexts(app.routes)
        if not guarded(route)
        for name in _names(route)
        if name not in allowed
    ]


def require_guards(app: FastAPI, public: Collection[str] = ()) -> None:
    """Refuse to start with a route that anybody could use.

    Raises:
        UnguardedRouteError: Names each such route.
    """
    if open_routes := unguarded(app, public):
        raise UnguardedRouteError(", ".join(open_routes))


def _all(dependant: Dependant) -> Iterator[Dependant]:
    for one in dependant.dependencies:
        yield one
        yield from _all(one)


def _names(route: Any) -> list[str]:
    methods = sorted((getattr(route, "methods", None) or {"ANY"}) - {"HEAD"})
    return [f"{method} {getattr(route, 'path', None) or '?'}" for method in methods]
