"""The OpenAPI description tells the truth about problems: their media type and their members."""

from typing import Any

from fastapi import FastAPI

from chassis.web.problems import MEDIA_TYPE

PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457. Facts may add members of their own.",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {
            "type": "string",
            "format": "uri",
            "examples": ["urn:kinbridge:problem:not-found"],
        },
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "description": "Quote it: it names the trace."},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/FieldError"}},
    },
}
FIELD_ERROR = {
    "type": "object",
    "title": "FieldError",
    "required": ["field", "error", "message"],
    "properties": {
        "field": {"type": "string", "examples": ["household.children.0.born"]},
        "error": {"type": "string", "examples": ["missing"]},
        "message": {"type": "string"},
    },
}
EVERYWHERE = {"503": "Something it needs is away; try again after Retry-After."}
ASKED_WHO = {
    "401": "No valid access token.",
    "403": "This actor may not do this.",
}
WITH_INPUT = {
    "404": "There is nothing here for you under that reference.",
    "409": "The step is not allowed now.",
    "422": "Every field that must be put right.",
}
WITH_BODY = {
    "400": "The body is no text in UTF-8.",
    "408": "The body did not arrive in time.",
    "413": "The request is too large.",
    "425": "The same request is being worked on.",
}
UNUSED = ("HTTPValidationError", "ValidationError")


def tell_openapi(app: FastAPI) -> None:
    """Let the application describe itself with our problems in place of FastAPI's own errors."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _with_problems(plain())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _with_problems(document: dict[str, Any]) -> dict[str, Any]:
    for path in document.get("paths", {}).values():
        for operation in path.values():
            if isinstance(operation, dict) and "responses" in operation:
                _tell_operation(operation)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in UNUSED:
        schemas.pop(name, None)
    schemas.update(Problem=PROBLEM, FieldError=FIELD_ERROR)
    return document


def _tell_operation(operation: dict[str, Any]) -> None:
    answers = dict(EVERYWHERE)
    if operation.get("security"):
        answers |= ASKED_WHO
    if operation.get("parameters") or operation.get("requestBody"):
        answers |= WITH_INPUT
    if operation.get("requestBody"):
        answers |= WITH_BODY
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    operation["responses"].pop("422", None)
    for status, why in answers.items():
        operation["responses"].setdefault(status, {"description": why, "content": content})
