"""Sends spans to an OpenTelemetry collector as OTLP/HTTP in JSON, without the exporter's weight."""

from collections.abc import Sequence

import httpx
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult


def batches_to(endpoint: str) -> BatchSpanProcessor:
    """Send ended spans in batches, from a thread of their own, to `endpoint`/v1/traces."""
    return BatchSpanProcessor(OtlpJson(endpoint))


class OtlpJson(SpanExporter):
    """One POST per batch; a collector that is away costs spans and never work."""

    def __init__(self, endpoint: str, transport: httpx.BaseTransport | None = None) -> None:
        """Open a client; `transport` is for tests."""
        self._url = endpoint.rstrip("/") + "/v1/traces"
        self._client = httpx.Client(timeout=5.0, transport=transport)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send one batch."""
        try:
            answer = self._client.post(self._url, json=_request(spans))
        except httpx.HTTPError:
            return SpanExportResult.FAILURE
        return SpanExportResult.SUCCESS if answer.is_success else SpanExportResult.FAILURE

    def shutdown(self) -> None:
        """Close the client."""
        self._client.close()


def _request(spans: Sequence[ReadableSpan]) -> dict[str, object]:
    resource = dict(spans[0].resource.attributes) if spans else {}
    return {
        "resourceSpans": [
            {
                "resource": {"attributes": [_attribute(k, v) for k, v in resource.items()]},
                "scopeSpans": [{"scope": {"name": "kinbridge"}, "spans": [_one(s) for s in spans]}],
            }
        ]
    }


def _one(span: ReadableSpan) -> dict[str, object]:
    context = span.get_span_context()
    told: dict[str, object] = {
        "traceId": f"{context.trace_id:032x}" if context else "",
        "spanId": f"{context.span_id:016x}" if context else "",
        "name": span.name,
        "kind": span.kind.value + 1,
        "startTimeUnixNano": str(span.start_time),
        "endTimeUnixNano": str(span.end_time),
        "attributes": [_attribute(k, v) for k, v in (span.attributes or {}).items()],
        "status": {"code": span.status.status_code.value},
    }
    if span.parent is not None:
        told["parentSpanId"] = f"{span.parent.span_id:016x}"
    return told


def _attribute(key: str, value: object) -> dict[str, object]:
    return {"key": key, "value": {"stringValue": str(value)}}
