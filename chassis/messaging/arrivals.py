"""What comes in: one record as Kafka gave it, and what can be read of it."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from aiokafka.structs import ConsumerRecord
from pydantic import ValidationError

from contracts.envelope import Envelope, MalformedEnvelope, Message

Headers = Sequence[tuple[str | bytes, bytes | None]]
TYPE_HEADER = "ce_type"


@dataclass(frozen=True, slots=True)
class Record:
    """One Kafka record. `timestamp` is Kafka's, in milliseconds."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers
    timestamp: int

    @classmethod
    def of(cls, given: ConsumerRecord) -> Self:
        """Take what aiokafka gives."""
        return cls(
            topic=given.topic,
            partition=given.partition,
            offset=given.offset,
            key=given.key,
            value=given.value,
            headers=given.headers,
            timestamp=given.timestamp,
        )


class Unreadable(Exception):  # noqa: N818 - named for the fact
    """A record that is not a message we can read; tells attributes and rules, never values."""

    def __init__(self, slug: str, detail: Sequence[str] = ()) -> None:
        """Name what is wrong, and where."""
        super().__init__(slug)
        self.slug = slug
        self.detail = tuple(detail)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A record with what could be read of it; `trouble` says why there is no message."""

    record: Record
    envelope: Envelope | None
    message: Message | None
    trouble: Unreadable | None = None


def read_arrival(record: Record, types: Mapping[str, type[Message]]) -> Arrival | None:
    """Read a record, or give None for a type that nobody here handles.

    A reader ignores fields it does not know. What cannot be read is an arrival all the same: it
    is parked, not lost.
    """
    headers = [(_name(name), value) for name, value in record.headers]
    if _of_another_type(headers, types):
        return None
    try:
        envelope = Envelope.from_headers(headers)
    except MalformedEnvelope as refused:
        detail = [f"{name} {what}" for name, what in refused.problems]
        return Arrival(record, None, None, Unreadable(refused.slug, detail))
    try:
        message = types[envelope.type].model_validate_json(record.value or b"", extra="ignore")
    except ValidationError as refused:
        return Arrival(record, envelope, None, Unreadable("invalid-message", faults_of(refused)))
    return Arrival(record, envelope, message)


def faults_of(refused: ValidationError) -> list[str]:
    """Name each rule that failed and its place, without the values that failed it."""
    errors = refused.errors(include_url=False, include_context=False, include_input=False)
    return [f"{error['type']} at {'.'.join(map(str, error['loc'])) or 'body'}" for error in errors]


def pack_headers(headers: Headers) -> bytes:
    """Write headers as bytes, nulls and unreadable ones included (jsonb would refuse some)."""
    pairs = [
        (_base64(name.encode("utf-8", "surrogateescape") if isinstance(name, str) else name),
         None if value is None else _base64(value))
        for name, value in headers
    ]  # fmt: skip
    return json.dumps(pairs).encode()


def unpack_headers(packed: bytes) -> list[tuple[str | bytes, bytes | None]]:
    """Read back what `pack_headers` wrote."""
    return [
        (base64.b64decode(name), None if value is None else base64.b64decode(value))
        for name, value in json.loads(packed)
    ]


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _name(name: str | bytes) -> str:
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else name


def _of_another_type(
    headers: Sequence[tuple[str, bytes | None]], types: Mapping[str, type[Message]]
) -> bool:
    for name, value in headers:
        if name == TYPE_HEADER and value is not None:
            read = value.decode("utf-8", "replace")
            return read not in types and "\ufffd" not in read
    return False
