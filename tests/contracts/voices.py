"""The guard that only a topic's owner says what is on it: who builds a message, says it."""

import ast
from pathlib import Path

from contracts.catalogue import MESSAGES
from contracts.topics import card_of

OWNERS = {message.__name__: card_of(message.TOPIC).owner for message in MESSAGES.values()}


def messages_built_in(source: str) -> set[str]:
    """The names of our messages that a source file imports from the contracts and constructs."""
    nodes = list(ast.walk(ast.parse(source)))
    voices = {
        f"{node.module}.{alias.name}"
        for node in nodes
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("contracts")
        for alias in node.names
    }
    calls = [node.func for node in nodes if isinstance(node, ast.Call)]
    named = {call.id for call in calls if isinstance(call, ast.Name)}
    dotted = {call.attr for call in calls if isinstance(call, ast.Attribute)}
    return {
        name
        for name, owner in OWNERS.items()
        if (name in named and f"contracts.{owner}.{name}" in voices)
        or (name in dotted and f"contracts.{owner}" in voices)
    }


def usurpers(services: Path) -> list[str]:
    """Every message that is built in a service which does not own its topic."""
    return [
        f"{path.relative_to(services)} says {name}, which only {OWNERS[name]} may say"
        for path in sorted(services.rglob("*.py"))
        for name in sorted(messages_built_in(path.read_text()))
        if path.relative_to(services).parts[0] != OWNERS[name]
    ]
