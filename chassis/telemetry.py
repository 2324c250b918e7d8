"""Traces, measures and logs: one submission is one trace across HTTP, the database and Kafka."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, ParentBased
from opentelemetry.trace import Span, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from prometheus_client import Counter, Gauge, Histogram

from chassis.logs import current_ids, held_back, set_up_logs
from chassis.settings import ServiceSettings

__all__ = [
    "SpansToLog",
    "continue_trace",
    "counter",
    "current_ids",
    "current_traceparent",
    "gauge",
    "histogram",
    "set_up_telemetry",
    "stop_telemetry",
    "trace_into",
    "traced",
]

PREFIX = "kinbridge_"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

_propagator = TraceContextTextMapPropagator()
_provider = TracerProvider(sampler=ALWAYS_OFF, shutdown_on_exit=False)
_tracer = _provider.get_tracer("kinbridge")


def set_up_telemetry(service: str, settings: ServiceSettings) -> None:
    """Start logs and traces for one process, once, before anything else speaks.

    In development every span is a log line, so that a day can be followed. Elsewhere spans go to
    `otlp_endpoint`; without it they are not recorded, and trace ids still travel.
    """
    set_up_logs(service, settings.log_level)
    if settings.otlp_endpoint:
        from chassis.otlp import batches_to  # noqa: PLC0415 - loaded where it is used

        trace_into(batches_to(settings.otlp_endpoint), service=service)
    elif settings.environment == "development":
        trace_into(SpansToLog(), service=service)


def trace_into(*processors: SpanProcessor, service: str = "kinbridge") -> None:
    """Record spans and hand each to the processors; with none, stop recording.

    The provider stays our own: libraries that look for a global one would add spans with values.
    """
    global _provider, _tracer  # noqa: PLW0603 - one tracer per process, set at its start
    _provider.shutdown()
    _provider = TracerProvider(
        sampler=ParentBased(ALWAYS_ON) if processors else ALWAYS_OFF,
        resource=Resource({"service.name": service}),
        shutdown_on_exit=False,
    )
    for processor in processors:
        _provider.add_span_processor(processor)
    _tracer = _provider.get_tracer("kinbridge")


def stop_telemetry() -> None:
    """Hand over the spans that still wait."""
    _provider.shutdown()


@contextmanager
def continue_trace(traceparent: str | None, name: str) -> Iterator[Span]:
    """Work as a part of the trace that `traceparent` names, or of a new one when it names none.

    `name` is a constant or a template ("POST /prompts/{id}"), never anything a person wrote.
    """
    carrier = {"traceparent": traceparent} if traceparent else {}
    with _span(name, _propagator.extract(carrier, context=Context())) as span:
        yield span


@contextmanager
def traced(name: str) -> Iterator[Span]:
    """Work as a part of the current trace."""
    with _span(name, None) as span:
        yield span


@contextmanager
def _span(name: str, context: Context | None) -> Iterator[Span]:
    with _tracer.start_as_current_span(
        name, context=context, record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            yield span
        except BaseException as error:
            span.set_attribute("error.type", type(error).__qualname__)
            span.set_status(Status(StatusCode.ERROR))
            raise


def current_traceparent() -> str | None:
    """Tell the W3C traceparent of the work under way, to store or to send on."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return carrier.get("traceparent")


class SpansToLog(SpanProcessor):
    """Writes each ended span as a log line, so that a day can be followed without a collector."""

    def on_end(self, span: ReadableSpan) -> None:
        """Write name, ids and duration; attributes stay out."""
        context, begun, ended = span.context, span.start_time, span.end_time
        if context is None or begun is None or ended is None:
            return
        structlog.get_logger().info(
            "span",
            span=span.name,
            trace_id=f"{context.trace_id:032x}",
            span_id=f"{context.span_id:016x}",
            parent_id=f"{span.parent.span_id:016x}" if span.parent else None,
            ms=round((ended - begun) / 1e6, 2),
        )


def counter(name: str, why: str, *labels: str) -> Counter:
    """Make a counter; its name gets our prefix and the library's `_total`."""
    return Counter(PREFIX + name, why, labels)


def gauge(name: str, why: str, *labels: str) -> Gauge:
    """Make a gauge; its name gets our prefix."""
    return Gauge(PREFIX + name, why, labels)


def histogram(name: str, why: str, *labels: str) -> Histogram:
    """Make a histogram of seconds; its name gets our prefix."""
    return Histogram(PREFIX + name, why, labels, buckets=SECONDS)


gauge("log_keys_dropped", "Log keys that were not on the list and did not get out").set_function(
    lambda: held_back()["dropped"]
)
gauge("log_lines_held", "Log lines that only repeated another and were held back").set_function(
    lambda: held_back()["repeated"]
)
