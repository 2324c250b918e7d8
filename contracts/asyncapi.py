"""The AsyncAPI 3 document: what a partner's tools read to know our topics without our code."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.envelope import CONTENT_TYPE, SPECVERSION, Envelope, Message
from contracts.topics import CARDS, TopicCard

_KAFKA = "0.5.0"
_FIRST_WORD_BOUNDARY = re.compile(r"(?<=[a-z])(?=[A-Z])")


def document(
    messages: Iterable[type[Message]], examples: Mapping[str, dict[str, Any]]
) -> dict[str, Any]:
    """The whole document; `examples` are message bodies by type."""
    known = tuple(messages)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Kinbridge",
            "version": "1.0.0",
            "description": "What the services of an early help hub tell each other: CloudEvents "
            f"{SPECVERSION} in Kafka's binary mode, keyed by the aggregate's own id. Readers "
            "ignore fields and types that they do not know.",
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {card.name: _channel(card, _on(card, known)) for card in CARDS},
        "operations": {
            name: operation for card in CARDS for name, operation in _operations(card).items()
        },
        "components": {
            "messages": {
                message.__name__: _message(message, examples.get(message.TYPE)) for message in known
            }
        },
    }


def _on(card: TopicCard, messages: Iterable[type[Message]]) -> list[type[Message]]:
    return [message for message in messages if card.name == message.TOPIC]


def _channel(card: TopicCard, messages: list[type[Message]]) -> dict[str, Any]:
    return {
        "address": card.name,
        "title": f"What {card.owner} says",
        "description": f"Published by {card.owner}, read by {', '.join(card.consumers)}. "
        f"Never carries {', '.join(card.never_carries)}. {card.why}",
        "messages": {
            message.__name__: {"$ref": f"#/components/messages/{message.__name__}"}
            for message in messages
        },
        "bindings": {
            "kafka": {
                "topic": card.name,
                "partitions": card.partitions,
                "topicConfiguration": {
                    "cleanup.policy": ["delete"],
                    "retention.ms": timedelta(days=card.retention_days)
                    // timedelta(milliseconds=1),
                },
                "bindingVersion": _KAFKA,
            }
        },
    }


def _operations(card: TopicCard) -> dict[str, Any]:
    channel = {"$ref": f"#/channels/{card.name}"}
    sends = {f"{card.owner}-says": {"action": "send", "channel": channel}}
    reads = {
        f"{reader}-hears-{card.owner}": {"action": "receive", "channel": channel}
        for reader in card.consumers
    }
    return sends | reads


def _message(message: type[Message], example: dict[str, Any] | None) -> dict[str, Any]:
    card = next(card for card in CARDS if card.name == message.TOPIC)
    shown = {} if example is None else {"examples": [_record(message, card, example)]}
    return {
        "name": message.TYPE,
        "title": _FIRST_WORD_BOUNDARY.sub(" ", message.__name__).capitalize(),
        "summary": (message.__doc__ or "").split("\n", 1)[0],
        "contentType": CONTENT_TYPE,
        "headers": _headers(message, card),
        "payload": {"$ref": f"./{message.TYPE}.json"},
        "bindings": {
            "kafka": {
                "key": {"type": "string", "format": "uuid", "description": f"the {card.key}"},
                "bindingVersion": _KAFKA,
            }
        },
    } | shown


def _headers(message: type[Message], card: TopicCard) -> dict[str, Any]:
    an_id = {"type": "string", "format": "uuid"}
    text = {"type": "string"}
    written = {
        "ce_specversion": {"const": SPECVERSION},
        "ce_id": an_id,
        "ce_source": {"const": f"/kinbridge/{card.owner}"},
        "ce_type": {"const": message.TYPE},
        "ce_subject": an_id | {"description": f"the {card.key}, and the record's key"},
        "ce_time": {"type": "string", "format": "date-time"},
        "ce_council": text,
        "ce_sequence": text | {"description": "counts the messages of one subject"},
        "content-type": {"const": CONTENT_TYPE},
    }
    optional = {"ce_family": an_id, "traceparent": text}
    return {"type": "object", "properties": written | optional, "required": list(written)}


def _record(message: type[Message], card: TopicCard, body: dict[str, Any]) -> dict[str, Any]:
    envelope = Envelope(
        id=UUID("019d8f00-0000-7000-8000-0000000000ee"),
        source=f"/kinbridge/{card.owner}",
        type=message.TYPE,
        subject=body[card.key],
        time=datetime(2026, 11, 2, 9, 15, tzinfo=UTC),
        council="southend",
        sequence=1,
        family=body.get("family_id"),
    )
    headers = {name: value.decode() for name, value in envelope.headers()}
    return {"name": message.__name__, "headers": headers, "payload": body}
