"""Writes what is published of the messages, and refuses to change what was published before.

`python -m contracts.generate` writes `schemas/`; with `--check` it only says what is stale.
"""

import hashlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contracts.asyncapi import document
from contracts.catalogue import MESSAGES
from contracts.envelope import Message

HERE = Path(__file__).parent
SCHEMAS = HERE / "schemas"
EXAMPLES = HERE / "examples"
LOCK = "published.lock"
_PROSE = frozenset({"title", "description"})


def schema_of(message: type[Message]) -> dict[str, Any]:
    """The JSON Schema of a message as it is written: closed, every field required."""
    draft = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return draft | message.model_json_schema(mode="serialization")


def fingerprint(schema: Mapping[str, Any]) -> str:
    """SHA-256 of a schema's shape: its wording may be bettered, its shape may not change."""
    return hashlib.sha256(_text(_without_prose(schema)).encode()).hexdigest()


def _without_prose(node: Any, *, names: bool = False) -> Any:
    """The node without titles and descriptions; `names` where keys are field names."""
    if isinstance(node, Mapping):
        return {
            key: _without_prose(value, names=key in {"properties", "$defs"} and not names)
            for key, value in sorted(node.items())
            if names or key not in _PROSE
        }
    return [_without_prose(item) for item in node] if isinstance(node, list) else node


def read_lock(text: str) -> dict[str, str]:
    """The published fingerprints by type; lines that start with # speak to people."""
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return {name: sha for sha, name in lines}


def refusals(locked: Mapping[str, str], messages: Mapping[str, type[Message]]) -> list[str]:
    """What would break the promise that a published version is never edited."""
    found = []
    for name, sha in locked.items():
        if name not in messages:
            found.append(f"{name} is published, but no message has this type any more")
        elif fingerprint(schema_of(messages[name])) != sha:
            found.append(f"{name} is published and its shape changed: write a new version instead")
    return found


def read_examples(directory: Path) -> dict[str, dict[str, Any]]:
    """The invented example bodies by type."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(directory.glob("*.json"))}


def planned(
    messages: Mapping[str, type[Message]], examples: Mapping[str, dict[str, Any]]
) -> dict[str, str]:
    """Every file that `schemas/` should hold, by name."""
    schemas = {name: schema_of(message) for name, message in sorted(messages.items())}
    lock = "".join(f"{fingerprint(schema)}  {name}\n" for name, schema in schemas.items())
    return {
        **{f"{name}.json": _text(schema) for name, schema in schemas.items()},
        "asyncapi.json": _text(document(messages.values(), examples)),
        LOCK: "# One line per published message: the SHA-256 of its schema's shape, its type.\n"
        "# A published version is never edited; a line leaves only when an ADR retires it.\n"
        + lock,
    }


def stale(directory: Path, files: Mapping[str, str]) -> list[str]:
    """The files that are missing, differ from what is planned, or should not be there."""
    present = {path.name: path.read_text() for path in directory.glob("*")}
    return sorted(
        name for name in present.keys() | files.keys() if present.get(name) != files.get(name)
    )


def publish(
    directory: Path, examples: Path, messages: Mapping[str, type[Message]], *, check: bool
) -> list[str]:
    """Write `directory`, or with `check` only compare; returns what stands against it."""
    lock = directory / LOCK
    against = refusals(read_lock(lock.read_text()) if lock.exists() else {}, messages)
    files = planned(messages, read_examples(examples))
    if check:
        return against + [f"{name} is stale" for name in stale(directory, files)]
    if not against:
        directory.mkdir(exist_ok=True)
        for name, text in files.items():
            (directory / name).write_text(text)
    return against


def _text(node: Any) -> str:
    return json.dumps(node, indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    """The command line; 1 if something stands against publishing."""
    against = publish(SCHEMAS, EXAMPLES, MESSAGES, check="--check" in sys.argv[1:])
    for sentence in against:
        sys.stderr.write(f"{sentence}\n")
    return 1 if against else 0


if __name__ == "__main__":
    sys.exit(main())
