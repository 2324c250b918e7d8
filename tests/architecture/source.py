"""What the guards read: every Python file that git tracks or would, parsed once."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Source:
    """One file's path from the root, and its text."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        """Parse it."""
        return ast.parse(self.text)

    @property
    def imports(self) -> set[str]:
        """Name every module it imports, wherever in the file."""
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        return found


@cache
def tracked() -> tuple[str, ...]:
    """Name every file of the checkout, committed or about to be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return tuple(name for name in listed.stdout.splitlines() if (ROOT / name).exists())


def sources(*tops: str) -> Iterator[Source]:
    """Read the Python files under some top folders."""
    for name in tracked():
        if name.endswith(".py") and name.split("/")[0] in tops:
            yield Source(name, (ROOT / name).read_text())
