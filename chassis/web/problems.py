"""Everything that goes wrong over HTTP is an RFC 9457 problem, and none of them repeats a value."""

import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from chassis.clocks import new_id
from chassis.facts import Fact, Forbidden, Malformed, NotAllowed, NotFound, TryLater, TwinRunning
from chassis.telemetry import counter, current_ids
from chassis.trouble import is_infrastructure
from chassis.web.validation import field_errors

MEDIA_TYPE = "application/problem+json"


class NotIdentified(Fact):
    """Nobody whom this service believes is asking (401)."""

    slug = "not-identified"
    title = "A valid access token is needed"


class TooLarge(Fact):
    """The body is larger than this service takes (413)."""

    slug = "too-large"
    title = "The request is too large"


class TooSlow(Fact):
    """The body did not arrive in time (408)."""

    slug = "too-slow"
    title = "The request took too long to arrive"


STATUS: Mapping[type[Fact], int] = {
    NotIdentified: 401,
    Forbidden: 403,
    NotFound: 404,
    TooSlow: 408,
    NotAllowed: 409,
    TooLarge: 413,
    Malformed: 422,
    TwinRunning: 425,
    TryLater: 503,
    Fact: 409,
}
RETRY_AFTER_SECONDS = {425: 1, 503: 5}
OWN_MEMBERS = frozenset({"type", "title", "status", "detail", "instance", "errors"})

_problems = counter("problems", "Problem answers by status and slug", "status", "slug")


def status_of(fact: Fact) -> int:
    """Look the fact's class up in the table, and then the classes it is a kind of."""
    return next(STATUS[kind] for kind in type(fact).__mro__ if kind in STATUS)


def problem(
    status: int,
    slug: str,
    title: str,
    detail: str | None = None,
    *,
    headers: Mapping[str, str] | None = None,
    **members: Any,
) -> JSONResponse:
    """Write one problem document; `instance` is the trace, which is all support needs to know."""
    trace_id, _ = current_ids()
    content = {
        "type": f"urn:kinbridge:problem:{slug}",
        "title": title,
        "status": status,
        "detail": detail or title,
        "instance": (UUID(hex=trace_id) if trace_id else new_id()).urn,
        **members,
    }
    _problems.labels(status, slug).inc()
    return JSONResponse(content, status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def problem_of(fact: Fact) -> JSONResponse:
    """Write a fact as a problem, with the status that the table gives it."""
    status = status_of(fact)
    headers: dict[str, str] = {}
    members = {name: v for name, v in fact.members.items() if name not in OWN_MEMBERS}
    if status in RETRY_AFTER_SECONDS:
        seconds = members.pop("retry_after", RETRY_AFTER_SECONDS[status])
        headers["Retry-After"] = str(math.ceil(float(str(seconds))))
    if status == HTTPStatus.UNAUTHORIZED:
        mistake = members.pop("mistake", None)
        headers["WWW-Authenticate"] = 'Bearer realm="kinbridge"' + (
            f', error="{mistake}"' if mistake else ""
        )
    return problem(status, fact.slug, fact.title, fact.sentence, headers=headers, **members)


def unexpected(error: BaseException) -> JSONResponse:
    """Answer 500 with a reference alone; the log gets the error's type and places, no values."""
    answer = problem(
        500,
        "unexpected",
        "Something went wrong here",
        "This is our mistake. Quote the instance below when you report it.",
    )
    structlog.get_logger().error("unexpected error", exc_info=error)
    return answer


def install_problems(app: FastAPI) -> None:
    """Answer every error of this application with a problem document."""
    app.add_exception_handler(Fact, _on_fact)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(SQLAlchemyError, _on_database)
    for passing in (TimeoutError, ConnectionError):
        app.add_exception_handler(passing, _on_database)


async def _on_fact(_request: Request, error: Exception) -> JSONResponse:
    return problem_of(error) if isinstance(error, Fact) else unexpected(error)


async def _on_validation(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        return unexpected(error)
    errors = field_errors(error.errors())
    return problem(
        422,
        Malformed.slug,
        Malformed.title,
        f"{len(errors)} thing{'s' if len(errors) > 1 else ''} in the request must be put right.",
        errors=errors,
    )


async def _on_http(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        return unexpected(error)
    phrase = HTTPStatus(error.status_code).phrase
    slug = phrase.lower().replace(" ", "-")
    return problem(error.status_code, slug, phrase, headers=error.headers)


async def _on_database(_request: Request, error: Exception) -> JSONResponse:
    if not is_infrastructure(error):
        return unexpected(error)
    structlog.get_logger().warning("infrastructure away", exc_info=error)
    return problem_of(TryLater())
