"""The outermost layer of every service: one trace, one log line and one measure per request.

The line names the route's template, never the path, the query or an id. What nobody caught ends
here, so that no server below prints an error's words.
"""

import time
from collections.abc import Mapping
from http import HTTPMethod
from typing import Any

import structlog
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.telemetry import continue_trace, histogram
from chassis.web.problems import unexpected

UNKNOWN_ROUTE = "(none)"
NOT_WORTH_A_LINE = frozenset({"/health/live", "/health/ready", "/metrics", "/quiet"})
CLIENT_WENT_AWAY = 499
METHODS = frozenset(HTTPMethod)

_seconds = histogram(
    "http_request_seconds", "Time from request to answer", "method", "route", "status"
)


class Access:
    """ASGI middleware that traces, measures and logs each request, and answers 500 for a bug."""

    def __init__(self, app: ASGIApp, *, templates: Mapping[int, str]) -> None:
        """Stand before `app`; `templates` maps a route's identity to its whole path template."""
        self._app, self._templates = app, templates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, inside its trace."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.perf_counter()
        scope["kinbridge"] = {}
        if scope["path"] in NOT_WORTH_A_LINE:  # asked every second; a span each would drown a day
            status = await self._answer(scope, receive, send)
            self._tell(scope, scope["path"], status, time.perf_counter() - begun)
            return
        traceparent = Headers(scope=scope).get("traceparent")
        with continue_trace(traceparent, f"HTTP {_method(scope)}") as span:
            status = await self._answer(scope, receive, send)
            route = self._template(scope)
            span.update_name(f"{_method(scope)} {route}")
            span.set_attribute("http.response.status_code", status)
            self._tell(scope, route, status, time.perf_counter() - begun)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> int:
        status = 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except ClientDisconnect:
            return CLIENT_WENT_AWAY
        except Exception as error:  # noqa: BLE001 - the last layer; it writes the error's type
            answer = unexpected(error)
            if not status:
                await answer(scope, receive, noting)
            status = 500
        return status

    def _template(self, scope: Scope) -> str:
        route: Any = scope.get("route")
        own = getattr(route, "path_format", None) or getattr(route, "path", None)
        return self._templates.get(id(route)) or own or UNKNOWN_ROUTE

    def _tell(self, scope: Scope, route: str, status: int, seconds: float) -> None:
        _seconds.labels(_method(scope), route, status).observe(seconds)
        if route in NOT_WORTH_A_LINE and status < 500:
            return
        actor = scope["kinbridge"].get("actor")
        structlog.get_logger().info(
            "request",
            method=_method(scope),
            route=route,
            status=status,
            ms=round(seconds * 1000, 1),
            council=getattr(actor, "council", None) or None,
            kind=getattr(actor, "kind", None),
        )


def _method(scope: Scope) -> str:
    method: str = scope["method"]
    return method if method in METHODS else "OTHER"
