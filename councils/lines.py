"""On which line of a TOML file each key stands: what tomllib knows and does not tell."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

_HEADER: Final = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?")
_KEY: Final = re.compile(r"\s*([A-Za-z0-9_\-.\"' ]+?)\s*=\s*(.*)")
_ONE_LINE_STRING: Final = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'')


def lines_of_keys(text: str) -> dict[str, int]:
    """Return dotted key -> line number; rows of an array of tables are counted from 0."""
    found: dict[str, int] = {}
    rows: Counter[str] = Counter()
    table = ""
    for number, line in _statements(text):
        if header := _HEADER.fullmatch(line):
            table = _dotted(header[2])
            if header[1] == "[[":
                rows[table] += 1
                table = f"{table}.{rows[table] - 1}"
            _note(found, table, number)
        elif key := _KEY.match(line):
            _note(found, f"{table}.{_dotted(key[1])}".lstrip("."), number)
    return found


def line_of(lines: dict[str, int], key: str) -> int:
    """Return the line of a key, or of the nearest table that holds or would hold it."""
    while key and key not in lines:
        key = key.rpartition(".")[0]
    return lines.get(key, 1)


def _note(found: dict[str, int], key: str, number: int) -> None:
    while key and key not in found:
        found[key] = number
        key = key.rpartition(".")[0]


def _dotted(key: str) -> str:
    return ".".join(part.strip(" \"'") for part in key.split("."))


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines on which a statement starts, leaving out those that continue one."""
    quotes, depth = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        if not quotes and not depth:
            yield number, line
        quotes, rest = _open_quotes(line, quotes)
        header = not quotes and not depth and _HEADER.fullmatch(line)
        if not header:
            depth += rest.count("[") - rest.count("]")


def _open_quotes(line: str, quotes: str) -> tuple[str, str]:
    """Return the triple quote that is open at the line's end, and the line without strings."""
    bare = ""
    while line:
        if quotes:
            _, closed, line = line.partition(quotes)
            quotes = "" if closed else quotes
            continue
        if line.startswith(('"""', "'''")):
            quotes, line = line[:3], line[3:]
        elif string := _ONE_LINE_STRING.match(line):
            line = line[string.end() :]
        elif line.startswith("#"):
            break
        else:
            bare, line = bare + line[0], line[1:]
    return quotes, bare
