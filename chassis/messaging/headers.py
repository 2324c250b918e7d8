"""The envelope's headers, written fast from an outbox row; a test compares with `Envelope`."""

from functools import lru_cache

from chassis.messaging.cursor import Row
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


def headers_of(source: str, row: Row) -> Headers:
    """Give CloudEvents' binary-mode headers; those of one type are encoded once."""
    headers = [
        *_constant(source, row.type, row.council),
        ("ce_id", row.id),
        ("ce_subject", row.key),
        ("ce_time", row.time),
        ("ce_sequence", row.sequence),
    ]
    if row.family is not None:
        headers.append(("ce_family", row.family))
    if row.traceparent is not None:
        headers.append(("traceparent", row.traceparent))
    return headers
