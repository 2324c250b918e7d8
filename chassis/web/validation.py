"""Says what is wrong with a request, field by field in plain English, and never what was sent."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

SENTENCES: Mapping[str, str] = {
    "missing": "This is needed.",
    "extra_forbidden": "This field is not known here.",
    "json_invalid": "The body is not valid JSON.",
    "null_character": "Text may not hold the null character.",
    "too_deep": "The JSON is nested too deeply.",
    "model_attributes_type": "This must be a JSON object, sent as application/json.",
    "model_type": "This must be a JSON object, sent as application/json.",
    "dict_type": "This must be a JSON object.",
    "string_type": "This must be text.",
    "string_unicode": "This must be valid Unicode text.",
    "string_too_short": "This must have at least {min_length} character(s).",
    "string_too_long": "This must have at most {max_length} characters.",
    "string_pattern_mismatch": "This is not in the expected form.",
    "too_short": "There must be at least {min_length} of these.",
    "too_long": "There must be at most {max_length} of these.",
    "int_type": "This must be a whole number.",
    "int_parsing": "This must be a whole number.",
    "int_from_float": "This must be a whole number.",
    "bool_type": "This must be true or false.",
    "bool_parsing": "This must be true or false.",
    "enum": "This must be one of: {expected}.",
    "literal_error": "This must be one of: {expected}.",
    "uuid_type": "This must be a UUID.",
    "uuid_parsing": "This must be a UUID.",
    "date_type": "This must be a date, as 2026-11-30.",
    "date_parsing": "This must be a date, as 2026-11-30.",
    "date_from_datetime_parsing": "This must be a date, as 2026-11-30.",
    "date_from_datetime_inexact": "This must be a date without a time.",
    "date_past": "This must be in the past.",
    "date_future": "This must be in the future.",
    "datetime_type": "This must be a date and time with its offset, as 2026-11-30T09:15:00Z.",
    "datetime_parsing": "This must be a date and time with its offset, as 2026-11-30T09:15:00Z.",
    "datetime_from_date_parsing": (
        "This must be a date and time with its offset, as 2026-11-30T09:15:00Z."
    ),
    "timezone_aware": "This time needs its offset, as 2026-11-30T09:15:00Z.",
    "greater_than": "This must be more than {gt}.",
    "greater_than_equal": "This must be at least {ge}.",
    "less_than": "This must be less than {lt}.",
    "less_than_equal": "This must be at most {le}.",
    "list_type": "This must be a list.",
    "tuple_type": "This must be a list.",
    "set_type": "This must be a list.",
    "url_parsing": "This must be a web address.",
    "url_scheme": "This must be a web address of another kind: {expected_schemes}.",
    "union_tag_invalid": "This must be one of: {expected_tags}.",
    "union_tag_not_found": "This does not say which kind it is.",
}
OTHERWISE = "This value is not acceptable here."
LIMITS = {"min_length", "max_length", "gt", "ge", "lt", "le"} | {
    "expected",
    "expected_schemes",
    "expected_tags",
}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_OWN_TYPE = re.compile(r"[a-z][a-z0-9_.-]{0,63}")


def field_errors(errors: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Give every field error as its dotted path, its type and a sentence.

    A model may raise `PydanticCustomError("own_type", "One constant sentence.")`: without a
    context it can hold no value, so its sentence is shown. The words of a ValueError are not.
    """
    told = [
        {
            "field": field_path(error.get("loc", ()), str(error.get("type", ""))),
            "error": _type(error),
            "message": _sentence(error),
        }
        for error in errors
    ]
    return [one for place, one in enumerate(told) if one not in told[:place]]


def field_path(loc: Sequence[str | int], kind: str = "") -> str:
    """Write a location as a dotted path; the body needs no prefix, other places keep theirs.

    What the sender named a key is shown only where it looks like a name: it could be a person's.
    """
    if kind == "json_invalid":
        return ""
    parts = list(loc[1:]) if loc and loc[0] == "body" else list(loc)
    return ".".join(_part(part) for part in parts if not _internal(part))


def _internal(part: str | int) -> bool:
    return isinstance(part, str) and ("[" in part or "(" in part)


def _part(part: str | int) -> str:
    return str(part) if isinstance(part, int) or _NAME.fullmatch(part) else "?"


def _type(error: Mapping[str, Any]) -> str:
    kind = str(error.get("type", ""))
    return kind if _OWN_TYPE.fullmatch(kind) else "invalid"


def _sentence(error: Mapping[str, Any]) -> str:
    kind, context = str(error.get("type", "")), error.get("ctx")
    if template := SENTENCES.get(kind):
        limits = {k: v for k, v in (context or {}).items() if k in LIMITS}
        try:
            return template.format_map(limits)
        except KeyError:
            return OTHERWISE
    if not context and kind not in ("value_error", "assertion_error"):
        return str(error.get("msg", OTHERWISE))
    return OTHERWISE
