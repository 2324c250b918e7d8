from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary, to_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from pydantic import ValidationError

from contracts.envelope import Envelope, MalformedEnvelope

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
ENVELOPE = Envelope(
    id=UUID("019d8f00-0000-7000-8000-000000000001"),
    source="/kinbridge/referral",
    type="earlyhelp.referral.received.v1",
    subject="019d8f00-0000-7000-8000-00000000001e",
    time=datetime(2026, 11, 2, 9, 15, 0, 250, tzinfo=UTC),
    council="west-sussex",
    sequence=12,
    family=UUID("019d8f00-0000-7000-8000-0000000000fa"),
    traceparent=TRACE,
)
REQUIRED = [
    "ce_specversion",
    "ce_id",
    "ce_source",
    "ce_type",
    "ce_subject",
    "ce_time",
    "ce_council",
    "ce_sequence",
    "content-type",
]
OURS = [*REQUIRED, "ce_family"]


def headers_with(name: str, *values: bytes | None) -> list[tuple[str, bytes | None]]:
    kept: list[tuple[str, bytes | None]] = [h for h in ENVELOPE.headers() if h[0] != name]
    return [*kept, *((name, value) for value in values)]


def refused(headers: list[tuple[str, bytes | None]]) -> MalformedEnvelope:
    with pytest.raises(MalformedEnvelope) as found:
        Envelope.from_headers(headers)
    return found.value


def test_an_envelope_reads_back_as_it_was_written() -> None:
    assert Envelope.from_headers(ENVELOPE.headers()) == ENVELOPE


def test_family_and_trace_may_be_absent() -> None:
    bare = ENVELOPE.model_copy(update={"family": None, "traceparent": None})
    assert {"ce_family", "traceparent"}.isdisjoint(dict(bare.headers()))
    assert Envelope.from_headers(bare.headers()) == bare


def test_the_cloudevents_library_reads_what_we_write() -> None:
    record = KafkaMessage(headers=dict(ENVELOPE.headers()), key=None, value=b'{"danger": true}')
    event = from_binary(record, JSONFormat(), CloudEvent)
    assert event.get_specversion() == "1.0"
    assert event.get_id() == str(ENVELOPE.id)
    assert event.get_source() == ENVELOPE.source
    assert event.get_type() == ENVELOPE.type
    assert event.get_subject() == ENVELOPE.subject
    assert event.get_time() == ENVELOPE.time
    assert event.get_datacontenttype() == "application/json"
    assert event.get_extension("council") == "west-sussex"
    assert event.get_extension("sequence") == "12"
    assert event.get_extension("family") == str(ENVELOPE.family)
    assert event.get_data() == {"danger": True}


def test_we_read_what_the_cloudevents_library_writes() -> None:
    event = CloudEvent(
        attributes={
            "specversion": "1.0",
            "id": str(ENVELOPE.id),
            "source": ENVELOPE.source,
            "type": ENVELOPE.type,
            "subject": ENVELOPE.subject,
            "time": ENVELOPE.time,
            "datacontenttype": "application/json",
            "council": "west-sussex",
            "sequence": "12",
            "family": str(ENVELOPE.family),
        },
        data={"danger": True},
    )
    written = to_binary(event, JSONFormat()).headers
    assert Envelope.from_headers([*written.items(), ("traceparent", TRACE.encode())]) == ENVELOPE
    assert dict(ENVELOPE.headers()) == written | {"traceparent": TRACE.encode()}


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_attribute_is_named(name: str) -> None:
    assert refused(headers_with(name)).problems == ((name, "is missing"),)


@pytest.mark.parametrize("name", OURS)
def test_a_null_attribute_is_named(name: str) -> None:
    assert refused(headers_with(name, None)).problems == ((name, "is null"),)


@pytest.mark.parametrize("name", OURS)
def test_an_undecodable_attribute_is_named(name: str) -> None:
    assert refused(headers_with(name, b"\xff\xfe")).problems == ((name, "is not UTF-8"),)


@pytest.mark.parametrize("name", OURS)
def test_a_repeated_attribute_is_named(name: str) -> None:
    assert refused(headers_with(name, b"one", b"two")).problems == ((name, "is repeated"),)


@pytest.mark.parametrize("name", OURS)
def test_an_invalid_attribute_is_named_and_its_value_never_told(name: str) -> None:
    told = refused(headers_with(name, b"Aisha Example, 1 Any Street\n"))
    assert told.attributes == (name,)
    assert told.slug == "malformed-envelope"
    seen = f"{told} {told!r} {told.args} {told.__cause__} {told.__context__}"
    assert "Aisha" not in seen


@pytest.mark.parametrize("value", [b"1_0", b" 1", b"1.0", b"-1", "\u0661".encode(), b""])
def test_a_sequence_is_plain_digits(value: bytes) -> None:
    assert refused(headers_with("ce_sequence", value)).attributes == ("ce_sequence",)


def test_a_time_without_a_zone_is_not_valid() -> None:
    assert refused(headers_with("ce_time", b"2026-11-02T09:15:00")).attributes == ("ce_time",)


def test_all_that_is_wrong_is_named_at_once() -> None:
    assert refused([]).attributes == (
        "ce_id",
        "ce_source",
        "ce_type",
        "ce_subject",
        "ce_time",
        "ce_council",
        "ce_sequence",
        "ce_specversion",
        "content-type",
    )


def test_json_with_a_charset_is_still_json() -> None:
    headers = headers_with("content-type", b"application/json; charset=utf-8")
    assert Envelope.from_headers(headers) == ENVELOPE


def test_headers_that_are_not_ours_are_ignored() -> None:
    headers = [*ENVELOPE.headers(), ("correlation_id", None), ("x", b"\xff")]
    assert Envelope.from_headers(headers) == ENVELOPE


@pytest.mark.parametrize("value", [None, b"\xff", b"", b"gone"])
def test_a_broken_trace_never_stops_a_fact(value: bytes | None) -> None:
    read = Envelope.from_headers(headers_with("traceparent", value))
    assert read == ENVELOPE.model_copy(update={"traceparent": None})


def test_a_time_is_written_in_utc() -> None:
    there = timezone(timedelta(hours=1))
    moved = ENVELOPE.model_copy(update={"time": datetime(2026, 6, 1, 9, 0, tzinfo=there)})
    assert dict(moved.headers())["ce_time"] == b"2026-06-01T08:00:00Z"


def test_a_subject_that_would_not_fit_a_key_is_refused() -> None:
    with pytest.raises(ValidationError):
        Envelope.model_validate(ENVELOPE.model_dump() | {"subject": "two words"})
