"""Describes a body that a route reads for itself, so that it is not refused unread."""

from typing import Any

from pydantic import BaseModel


def body_of(model: type[BaseModel], why: str) -> dict[str, Any]:
    """Give the OpenAPI request body of a model, with its parts written out in place."""
    schema = model.model_json_schema()
    parts = schema.pop("$defs", {})
    content = {"application/json": {"schema": _inlined(schema, parts)}}
    return {"requestBody": {"required": True, "description": why, "content": content}}


def _inlined(schema: Any, parts: dict[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_inlined(one, parts) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if (ref := schema.get("$ref")) is not None:
        return _inlined(parts[str(ref).rpartition("/")[2]], parts)
    return {name: _inlined(one, parts) for name, one in schema.items()}
