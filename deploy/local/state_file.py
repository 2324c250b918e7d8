"""Small JSON files that outlive a command, replaced whole and readable by their owner alone."""

import json
import os
from pathlib import Path
from typing import Any


def write_private(path: Path, content: str) -> None:
    """Replace a file atomically, with mode 0600 from its first byte."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:  # noqa: PTH123 - a file descriptor with its mode
        file.write(content)
    fresh.replace(path)


def write_state(path: Path, state: Any) -> None:
    """Keep a JSON value."""
    write_private(path, json.dumps(state, indent=2, sort_keys=True) + "\n")


def read_state(path: Path) -> dict[str, Any]:
    """Read a kept JSON object; an empty one where there is none yet."""
    if not path.exists():
        return {}
    state: dict[str, Any] = json.loads(path.read_text())
    return state
