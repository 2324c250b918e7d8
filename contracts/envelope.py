"""How a message travels: CloudEvents 1.0 attributes as Kafka headers, the message as JSON body."""

import re
from collections.abc import Sequence
from datetime import UTC
from typing import Annotated, Any, ClassVar, Self
from uuid import UUID

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from contracts.shapes import Instant

SPECVERSION = "1.0"
CONTENT_TYPE = "application/json"
_TYPE = re.compile(r"^earlyhelp\.[a-z]+\.[a-z]+(-[a-z]+)*\.v[1-9]\d*$")
_TRACEPARENT = re.compile(r"^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")
_DIGITS = re.compile(r"[0-9]{1,18}")
_REQUIRED = ("id", "source", "type", "subject", "time", "council", "sequence")
_READ = (*_REQUIRED, "family", "specversion")


class Message(BaseModel):
    """A fact in the past tense, thin enough to be kept by everyone who reads the topic.

    A concrete message names its `type`; its family of messages names `topic` and `subject`, the
    field that holds the aggregate's own id.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    TYPE: ClassVar[str]
    TOPIC: ClassVar[str]
    SUBJECT: ClassVar[str]

    def __init_subclass__(
        cls,
        *,
        type: str | None = None,  # noqa: A002 (CloudEvents' own word)
        topic: str | None = None,
        subject: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Register the message's type, topic and subject field on its class."""
        super().__init_subclass__(**kwargs)
        if type is not None:
            if not _TYPE.match(type):
                raise TypeError(f"{type!r} is not spelt earlyhelp.<aggregate>.<fact>.v<number>")
            cls.TYPE = type
        if topic is not None:
            cls.TOPIC = topic
        if subject is not None:
            cls.SUBJECT = subject

    @property
    def subject(self) -> str:
        """The id of the aggregate that this message is about; encoded, it is the Kafka key."""
        return str(getattr(self, self.SUBJECT))


class MalformedEnvelope(ValueError):  # noqa: N818 (named for the fact)
    """Headers that are not an envelope; names the attributes and never their values."""

    slug = "malformed-envelope"

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        self.problems = tuple(problems)
        self.attributes = tuple(name for name, _ in self.problems)
        super().__init__(", ".join(f"{name} {what}" for name, what in self.problems))


def _plain_digits(value: Any) -> Any:
    """Refuse what Python would read as a number and other languages would not."""
    if isinstance(value, str) and not _DIGITS.fullmatch(value):
        raise ValueError("not plain digits")
    return value


class Envelope(BaseModel):
    """The attributes of one message, enough to route, dedupe and park it without its body."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    id: UUID
    source: Annotated[str, StringConstraints(pattern=r"^/[a-z0-9/-]{1,127}$")]
    type: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,127}$")]
    subject: Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,127}$")]
    time: Instant
    council: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    sequence: Annotated[int, Field(ge=0), BeforeValidator(_plain_digits)]
    family: UUID | None = None
    traceparent: Annotated[str, StringConstraints(pattern=_TRACEPARENT.pattern)] | None = None

    def headers(self) -> list[tuple[str, bytes]]:
        """The attributes as Kafka headers, in CloudEvents' binary mode."""
        written = {
            "ce_specversion": SPECVERSION,
            "ce_id": str(self.id),
            "ce_source": self.source,
            "ce_type": self.type,
            "ce_subject": self.subject,
            "ce_time": self.time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "ce_council": self.council,
            "ce_sequence": str(self.sequence),
            "ce_family": str(self.family) if self.family else None,
            "traceparent": self.traceparent,
            "content-type": CONTENT_TYPE,
        }
        return [(name, value.encode()) for name, value in written.items() if value is not None]

    @classmethod
    def from_headers(cls, headers: Sequence[tuple[str, bytes | None]]) -> Self:
        """Read an envelope; headers that are not ours are ignored.

        Raises:
            MalformedEnvelope: A header of ours is missing, null, repeated or unreadable.
        """
        read = _Headers(headers)
        attributes = {name: read.attribute(f"ce_{name}") for name in _READ}
        read.check(attributes.pop("specversion"))
        if read.problems:
            raise MalformedEnvelope(read.problems)
        try:
            return cls.model_validate_strings(
                {name: value for name, value in attributes.items() if value is not None}
                | read.trace()
            )
        except ValidationError as refused:
            names = dict.fromkeys(str(error["loc"][0]) for error in refused.errors())
        raise MalformedEnvelope([(f"ce_{name}", "is not valid") for name in names])


class _Headers:
    """One record's headers, and what is wrong with those that we read."""

    def __init__(self, headers: Sequence[tuple[str, bytes | None]]) -> None:
        self._values: dict[str, list[bytes | None]] = {}
        for name, value in headers:
            self._values.setdefault(name, []).append(value)
        self.problems: list[tuple[str, str]] = []

    def attribute(self, name: str) -> str | None:
        """The one value of a header, or None with the problem noted."""
        found = self._values.get(name, [])
        if not found:
            if name != "ce_family":
                self.problems.append((name, "is missing"))
            return None
        if len(found) > 1:
            self.problems.append((name, "is repeated"))
        elif found[0] is None:
            self.problems.append((name, "is null"))
        else:
            return self._decoded(name, found[0])
        return None

    def _decoded(self, name: str, value: bytes) -> str | None:
        try:
            return value.decode()
        except UnicodeDecodeError:
            self.problems.append((name, "is not UTF-8"))
            return None

    def check(self, specversion: str | None) -> None:
        """Note a version or a kind of body that we cannot read."""
        if specversion is not None and specversion != SPECVERSION:
            self.problems.append(("ce_specversion", "is not 1.0"))
        media = self.attribute("content-type")
        if media is not None and media.split(";")[0].strip().lower() != CONTENT_TYPE:
            self.problems.append(("content-type", "is not application/json"))

    def trace(self) -> dict[str, str]:
        """The trace to go on with; a broken one is dropped, for a trace must never stop a fact."""
        values = self._values.get("traceparent", [])
        text = values[-1].decode("ascii", "replace") if values and values[-1] else ""
        return {"traceparent": text} if _TRACEPARENT.match(text) else {}
