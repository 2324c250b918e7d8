"""The envelope's headers, written fast from an outbox row; a test compares with `Envelope`."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache

from contracts.envelope import CONTENT_TYPE, SPECVERSION

Headers = list[tuple[str, bytes]]


@lru_cache(maxsize=10_000)
def _constant(source: str, type_: str, council: str) -> Headers:
    return [
        ("ce_specversion", SPECVERSION.encode()),
        ("content-type", CONTENT_TYPE.encode()),
        ("ce_source", source.encode()),
        ("ce_type", type_.encode()),
        ("ce_council", council.encode()),
    ]


def headers_of(
    *,
    source: str,
    type_: str,
    council: str,
    id_: str,
    subject: str,
    time: datetime,
    sequence: str,
    family: str | None,
    traceparent: str | None,
) -> Headers:
    """Give CloudEvents' binary-mode headers; those of one type are encoded once."""
    own: Iterable[tuple[str, bytes]] = (
        ("ce_id", id_.encode()),
        ("ce_subject", subject.encode()),
        ("ce_time", time.astimezone(UTC).isoformat().replace("+00:00", "Z").encode()),
        ("ce_sequence", sequence.encode()),
    )
    headers = [*_constant(source, type_, council), *own]
    if family is not None:
        headers.append(("ce_family", family.encode()))
    if traceparent is not None:
        headers.append(("traceparent", traceparent.encode()))
    return headers
