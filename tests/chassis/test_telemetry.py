"""Logs that cannot leak and traces that go on across processes."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pydantic
import pytest
import structlog
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from chassis.logs import held_back, set_up_logs
from chassis.otlp import OtlpJson
from chassis.telemetry import (
    continue_trace,
    current_ids,
    current_traceparent,
    set_up_telemetry,
    stop_telemetry,
    trace_into,
    traced,
)
from tests.making.applications import some_settings

VALUE = "Rowan Invented"
PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture
def lines() -> list[str]:
    written: list[str] = []
    set_up_logs("invented", "debug", write=written.append)
    return written


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    kept = InMemorySpanExporter()
    trace_into(SimpleSpanProcessor(kept))
    yield kept
    trace_into()


def said(lines: list[str]) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(lines[-1])
    return line


def test_a_key_that_is_not_on_the_list_does_not_get_out(lines: list[str]) -> None:
    before = held_back()["dropped"]
    structlog.get_logger().info("event", council="southend", child=VALUE, nhs_number=VALUE)
    assert said(lines)["council"] == "southend"
    assert said(lines)["dropped"] == 2
    assert VALUE not in lines[-1]
    assert held_back()["dropped"] == before + 2


def test_a_process_may_name_keys_of_its_own() -> None:
    written: list[str] = []
    set_up_logs("invented", write=written.append, also={"day"})
    structlog.get_logger().info("event", day=3)
    assert said(written)["day"] == 3


def test_a_context_variable_is_on_the_list_or_does_not_get_out_either(lines: list[str]) -> None:
    with structlog.contextvars.bound_contextvars(loop="relay", person=VALUE):
        structlog.get_logger().info("event")
    assert said(lines)["loop"] == "relay"
    assert VALUE not in lines[-1]


class Person(pydantic.BaseModel):
    name: int


@pytest.mark.parametrize(
    ("level", "how"), [("error", "exc_info"), ("warning", "error"), ("exception", None)]
)
def test_an_error_leaves_its_words_behind(lines: list[str], level: str, how: str | None) -> None:
    log = structlog.get_logger()
    try:
        Person.model_validate({"name": VALUE})
    except pydantic.ValidationError as error:
        getattr(log, level)("event", **({} if how is None else {how: error}))
    assert VALUE not in lines[-1]
    assert said(lines)["error"].endswith("ValidationError")
    assert said(lines)["where"][0].startswith("test_telemetry.test_an_error_leaves")


def test_a_value_that_is_no_plain_thing_is_named_by_its_type(lines: list[str]) -> None:
    structlog.get_logger().info("event", reason=httpx.Headers({"x": VALUE}), slug="x" * 5000)
    assert said(lines)["reason"] == "Headers"
    assert len(lines[-1]) < 1000


def test_another_librarys_line_keeps_its_template_and_loses_its_arguments(
    lines: list[str],
) -> None:
    logging.getLogger("somewhere").warning("rejected %r\nand more", VALUE)
    assert said(lines)["event"] == "rejected %r"
    assert said(lines)["logger"] == "somewhere"
    assert said(lines)["level"] == "warning"


def test_a_library_that_writes_values_into_its_templates_says_only_where(
    lines: list[str],
) -> None:
    logging.getLogger("faststream.access").error(f"input_value={VALUE}")  # noqa: G004 - as it does
    assert VALUE not in lines[-1]
    assert said(lines)["event"].startswith("test_telemetry.")


def test_another_librarys_error_leaves_its_words_behind_too(lines: list[str]) -> None:
    try:
        int(VALUE)
    except ValueError:
        logging.getLogger("uvicorn.error").exception("failed on port %d", 8000)
    assert VALUE not in lines[-1]
    assert said(lines)["event"] == "failed on port 8000"
    assert said(lines)["error"] == "ValueError"


def test_a_broker_that_is_away_fills_no_log(lines: list[str]) -> None:
    for _ in range(1300):
        logging.getLogger("aiokafka.conn").error("Unable to connect to %s", "127.0.0.1")
    assert len(lines) == 1


def test_what_was_held_back_is_counted_in_the_next_line_of_its_kind(
    lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        logging.getLogger("aiokafka.conn").error("Unable to connect")

    fail()
    fail()
    monkeypatch.setattr("chassis.logs.HELD_SECONDS", 0.0)
    fail()
    assert said(lines)["repeated"] == 1
    assert len(lines) == 2


def test_http_libraries_do_not_log_addresses(lines: list[str]) -> None:
    with httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200))) as client:
        client.get("https://somewhere.example/rowan")
    assert not lines


def test_standard_output_gets_the_lines_unless_told_otherwise(
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_up_logs("invented")
    structlog.get_logger().info("event")
    structlog.get_logger().debug("too quiet")
    printed = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["service"] for line in printed] == ["invented"]


def test_a_trace_goes_on_where_another_process_left_it(spans: InMemorySpanExporter) -> None:
    with continue_trace(PARENT, "handles a message"), traced("writes"):
        sent_on = current_traceparent() or ""
    assert sent_on.split("-")[1] == PARENT.split("-")[1]
    assert sent_on.split("-")[3] == "01"
    child, parent = spans.get_finished_spans()
    assert child.parent is not None
    assert parent.context is not None
    assert child.parent.span_id == parent.context.span_id
    assert current_traceparent() is None


@pytest.mark.parametrize("traceparent", [None, "", "nonsense", "00-" + "0" * 32 + "-1-01"])
def test_without_a_sound_parent_a_new_trace_begins(traceparent: str | None) -> None:
    with traced("outer"), continue_trace(traceparent, "a timer"):
        first, _ = current_ids()
        assert len(first or "") == 32
    with continue_trace(traceparent, "a timer"):
        assert current_ids()[0] != first


def test_trace_ids_travel_although_nothing_records_them() -> None:
    trace_into()
    with continue_trace(None, "quiet"):
        _, trace_id, _, flags = (current_traceparent() or "").split("-")
        assert trace_id == current_ids()[0]
        assert int(flags, 16) % 2 == 0


def test_a_failed_span_names_the_errors_type_and_no_words(spans: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="Rowan"), traced("fails"):
        raise ValueError(VALUE)
    (span,) = spans.get_finished_spans()
    assert dict(span.attributes or {}) == {"error.type": "ValueError"}
    assert not span.events
    assert not span.status.description


def test_a_line_names_the_trace_it_belongs_to(lines: list[str]) -> None:
    with continue_trace(PARENT, "handles"):
        structlog.get_logger().info("event")
    assert said(lines)["trace_id"] == PARENT.split("-")[1]


def test_in_development_each_span_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_telemetry("referral", some_settings())
    with continue_trace(PARENT, "POST /things"):
        pass
    trace_into()
    line = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (line["event"], line["span"]) == ("span", "POST /things")
    assert line["parent_id"] == PARENT.split("-")[2]


def test_a_collector_gets_the_spans_as_otlp() -> None:
    bodies: list[Any] = []

    def collector(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/v1/traces"
        bodies.append(json.loads(request.content))
        return httpx.Response(200 if len(bodies) == 1 else 503)

    exporter = OtlpJson("http://collector.example:4318/", httpx.MockTransport(collector))
    trace_into(SimpleSpanProcessor(exporter), service="referral")
    with continue_trace(PARENT, "handles"):
        pass
    with traced("lost, and nothing fails"):
        pass
    stop_telemetry()
    trace_into()
    resource = bodies[0]["resourceSpans"][0]
    span = resource["scopeSpans"][0]["spans"][0]
    assert resource["resource"]["attributes"][0]["value"] == {"stringValue": "referral"}
    assert (span["traceId"], span["parentSpanId"]) == tuple(PARENT.split("-")[1:3])
    assert int(span["endTimeUnixNano"]) >= int(span["startTimeUnixNano"])


def test_a_collector_is_asked_for_by_a_setting() -> None:
    set_up_telemetry("referral", some_settings(otlp_endpoint="http://127.0.0.1:1"))
    with traced("goes nowhere"):
        pass
    stop_telemetry()
    trace_into()
