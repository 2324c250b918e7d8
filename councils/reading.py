"""Reading one council's file so that whatever is wrong in it is said with its key and line."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from councils.lines import line_of, lines_of_keys

_SENTENCES: Final = {
    "missing": "is missing",
    "extra_forbidden": "is not a key that Kinbridge knows",
    "model_type": "must be a table",
    "dict_type": "must be a table",
    "tuple_type": "must be a list",
    "string_type": "must be words between quotation marks",
}


class CouncilFileWrong(Exception):  # noqa: N818 -- errors are named for the fact
    """One council's file or more cannot be used; the text is one sentence for each reason."""

    slug: Final = "council-file-wrong"

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Page:
    """One council's file: what it says, where it says it, and what is wrong with it."""

    def __init__(
        self,
        path: Path,
        text: str,
        document: dict[str, Any] | None,
        unreadable: tuple[int, str] | None = None,
    ) -> None:
        self.path = path
        self.readable = document is not None
        self.document = document or {}
        self._lines = lines_of_keys(text) if self.readable else {}
        self._found: dict[tuple[int, str], str] = {}
        if unreadable:
            self._found[unreadable[0], "the file"] = unreadable[1]

    def report(self, key: str, sentence: str) -> None:
        """Note what is wrong with a key; the first sentence about a key is the one that stays."""
        self._found.setdefault((line_of(self._lines, key), key), sentence)

    def report_all(self, wrong: ValidationError) -> None:
        """Note everything that pydantic refused, in the words of the file's author."""
        for error in wrong.errors(include_url=False, include_input=False):
            context = error.get("ctx", {})
            loc = (*error["loc"], *filter(None, [context.get("key")]))
            self.report(".".join(map(str, loc)), _sentence(error["type"], context, error["msg"]))

    def problems(self) -> Iterator[str]:
        """Yield one sentence for each problem, in the order of the file."""
        for (line, key), sentence in sorted(self._found.items()):
            said = f"{_short(self.path)}, line {line}: {key} {sentence}."
            yield " ".join(said.split())

    def rows(self, table: str) -> list[tuple[str, dict[str, Any]]]:
        """Return (key, row) of an array of tables, leaving out what is no table."""
        rows = self.document.get(table, ())
        return [
            (f"{table}.{number}", row)
            for number, row in enumerate(rows if isinstance(rows, list) else ())
            if isinstance(row, dict)
        ]

    def table(self, *keys: str) -> dict[str, Any]:
        """Return a table, empty where the file has none."""
        found: Any = self.document
        for key in keys:
            found = found.get(key) if isinstance(found, dict) else None
        return found if isinstance(found, dict) else {}

    def codes(self, table: str) -> frozenset[str]:
        """Return the codes of an array of tables."""
        return frozenset(str(row["code"]) for _, row in self.rows(table) if "code" in row)


def open_page(path: Path) -> Page:
    """Read a file's TOML; a file that is none becomes a page whose only problem says so."""
    raw = path.read_bytes()
    text = raw.decode("utf-8", "replace")
    try:
        raw.decode("utf-8")
        return Page(path, text, tomllib.loads(text))
    except UnicodeDecodeError as wrong:
        return Page(path, text, None, (raw.count(b"\n", 0, wrong.start) + 1, "is not UTF-8 text"))
    except tomllib.TOMLDecodeError as wrong:
        reason, _, place = str(wrong).partition(" (at ")
        line = re.search(r"line (\d+)", place)
        number = int(line[1]) if line else text.count("\n") + 1
        return Page(path, text, None, (number, f"is not TOML: {reason}"))


def _short(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _sentence(kind: str, context: dict[str, Any], message: str) -> str:
    if kind == "council_file":
        return str(context["sentence"])
    if kind == "literal_error":
        return f"must be {context['expected']}"
    return _SENTENCES.get(kind, message[:1].lower() + message[1:])
