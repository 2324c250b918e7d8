import json
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator

from contracts.catalogue import MESSAGES
from contracts.envelope import Envelope
from contracts.generate import SCHEMAS
from contracts.topics import CARDS

DOCUMENT = json.loads((SCHEMAS / "asyncapi.json").read_text())


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for item in node:
            yield from references(item)


def leads_somewhere(reference: str) -> bool:
    if reference.startswith("./"):
        return (SCHEMAS / reference).is_file()
    node = DOCUMENT
    for step in reference.removeprefix("#/").split("/"):
        node = node.get(step, {})
    return bool(node)


def test_every_reference_leads_somewhere() -> None:
    found = set(references(DOCUMENT))
    assert len(found) > len(MESSAGES)
    assert [reference for reference in sorted(found) if not leads_somewhere(reference)] == []


def test_every_topic_is_a_channel_with_its_messages() -> None:
    assert DOCUMENT["channels"].keys() == {card.name for card in CARDS}
    for name, channel in DOCUMENT["channels"].items():
        said = {message.__name__ for message in MESSAGES.values() if name == message.TOPIC}
        assert channel["messages"].keys() == said


def test_owners_send_and_consumers_receive() -> None:
    for card in CARDS:
        on_it = {
            (name, operation["action"])
            for name, operation in DOCUMENT["operations"].items()
            if operation["channel"]["$ref"] == f"#/channels/{card.name}"
        }
        hear = {(f"{reader}-hears-{card.owner}", "receive") for reader in card.consumers}
        assert on_it == {(f"{card.owner}-says", "send"), *hear}


def test_every_example_fits_its_headers_and_its_schema() -> None:
    for message in DOCUMENT["components"]["messages"].values():
        (example,) = message["examples"]
        schema = json.loads((SCHEMAS / message["payload"]["$ref"]).read_text())
        Draft202012Validator(schema).validate(example["payload"])
        Draft202012Validator(message["headers"]).validate(example["headers"])
        headers = [(name, value.encode()) for name, value in example["headers"].items()]
        assert Envelope.from_headers(headers).type == message["name"]
