"""The only shapes a message's fields may have, so that no sentence about a family fits in one."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

UNKNOWN = "unknown"


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A moment, always in UTC."""

Count = Annotated[int, Field(ge=0)]
"""How many, never negative."""

Ordinal = Annotated[int, Field(ge=1)]
"""Which one in a row, from 1."""

CouncilCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
"""A code out of a council's own rules (a pathway, a team, an area): no spaces, so no sentences."""

ActorId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:|-]{0,127}$")]
"""The subject of a worker's token: opaque, so neither a name nor an e-mail address fits."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 in lower-case hexadecimal."""


class OpenCode(StrEnum):
    """A code list that may grow: a reader takes a member it does not know as `unknown`.

    Only reading JSON is lenient. A writer that names no member is refused.
    Each list declares `UNKNOWN = "unknown"` as its last member.
    """

    @classmethod
    def known(cls) -> tuple[Self, ...]:
        """Every member that a person may choose: all but `unknown`."""
        return tuple(member for member in cls if member.value != UNKNOWN)

    @classmethod
    def _as_read(cls, value: Any) -> Any:
        unread = isinstance(value, str) and value not in cls._value2member_map_
        return UNKNOWN if unread else value

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Read JSON leniently, take Python values strictly."""
        strict = handler(source)
        lenient = core_schema.no_info_before_validator_function(cls._as_read, strict)
        return core_schema.json_or_python_schema(json_schema=lenient, python_schema=strict)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Say in the published schema that readers take what they do not know as `unknown`."""
        written = handler(schema)
        handler.resolve_ref_schema(written)["x-read-others-as"] = UNKNOWN
        return written


class OfficialCode(OpenCode):
    """A code list that someone else publishes; `meaning` is its published wording."""

    meaning: str

    def __new__(cls, code: str, meaning: str = "") -> Self:
        """Keep the official code as the value and its wording beside it."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member
