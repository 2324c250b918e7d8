"""The gate between what was published and what is about to be: both must read each other."""

from collections.abc import Mapping
from typing import Any

from jsonsubschema import isSubschema

BACKWARD = "a reader of the new one cannot take what was written before"
FORWARD = "a reader of the published one cannot take what is written now"
_PROSE = frozenset({"$schema", "$defs", "title", "description", "format", "pattern"})


def breaks(published: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Every direction in which the two schemas of one type no longer understand each other.

    Backward: all that the published schema writes, the new reader takes, and no code of it falls
    to `unknown`. Forward: all that the new schema writes, the published reader takes, who reads a
    code that it does not know as `unknown`.
    """
    found = []
    if not isSubschema(_plain(published, closed=True), _plain(new, closed=False)):
        found.append(BACKWARD)
    if not isSubschema(_plain(new, closed=True), _plain(published, closed=False, lenient=True)):
        found.append(FORWARD)
    return found


def _plain(node: Any, *, closed: bool, lenient: bool = False, root: Any = None) -> Any:
    """A schema in the words that jsonsubschema knows: no references, no prose, closed or open."""
    root = node if root is None else root
    if isinstance(node, list):
        return [_plain(item, closed=closed, lenient=lenient, root=root) for item in node]
    if not isinstance(node, Mapping):
        return node
    if "$ref" in node:
        target = root["$defs"][node["$ref"].rsplit("/", 1)[1]]
        return _plain(target, closed=closed, lenient=lenient, root=root)
    if node.get("type") == "string":
        return _string(node, lenient=lenient)
    plain = {
        key: _plain(value, closed=closed, lenient=lenient, root=root)
        for key, value in node.items()
        if key not in {*_PROSE, "properties", "additionalProperties"}
    }
    if "properties" in node:
        plain["additionalProperties"] = not closed
        plain["properties"] = {
            name: _plain(field, closed=closed, lenient=lenient, root=root)
            for name, field in node["properties"].items()
        }
    return plain


def _string(node: Mapping[str, Any], *, lenient: bool) -> dict[str, Any]:
    """A string's codes; a format or a pattern becomes one token, so that any change of it shows."""
    if "enum" in node:
        widened = lenient and "x-read-others-as" in node
        return {"type": "string"} if widened else {"type": "string", "enum": list(node["enum"])}
    shape = "|".join(f"{key}:{node[key]}" for key in ("format", "pattern") if key in node)
    return {"type": "string", "enum": [shape]} if shape else {"type": "string"}
