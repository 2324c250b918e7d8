"""Append-only JSON lines: what a simulator took in is still there after it is killed."""

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import JsonValue

Line = dict[str, JsonValue]


class JournalFullError(Exception):
    """The file has reached its limit; nothing more is taken in until it is moved away."""


class Journal:
    """One file of JSON objects, a line each, found again by the place they start at.

    A line that a crash cut short is dropped when the file is next opened. Written lines are in
    the page cache before the caller goes on: they outlive the process, not the machine.
    """

    def __init__(self, path: Path, *, most_bytes: int) -> None:
        """Open or begin the journal at `path`, which never grows past `most_bytes`."""
        self._path = path
        self._most_bytes = most_bytes
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)
        self._drop_cut_line()

    def append(self, line: Line) -> int:
        """Write one line and tell the place (in bytes) where it starts.

        Raises:
            JournalFullError: if the line would pass the limit.
        """
        written = json.dumps(line, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
        with self._path.open("ab") as file:
            place = file.tell()
            if place + len(written) > self._most_bytes:
                raise JournalFullError(self._path.name)
            file.write(written)
        return place

    def at(self, place: int) -> Line:
        """Read the line that starts at `place`."""
        with self._path.open("rb") as file:
            file.seek(place)
            return _object(file.readline())

    def lines(self, after: int = 0) -> Iterator[tuple[int, Line]]:
        """Read every line from the place `after` on, each with the place behind it."""
        place = after
        with self._path.open("rb") as file:
            file.seek(after)
            for written in file:
                place += len(written)
                yield place, _object(written)

    def page(self, after: int, limit: int) -> tuple[list[Line], int]:
        """Read up to `limit` lines from `after`, and the place to ask for next."""
        found: list[Line] = []
        for place, line in self.lines(after):
            found.append(line)
            after = place
            if len(found) == limit:
                break
        return found, after

    def _drop_cut_line(self) -> None:
        with self._path.open("rb+") as file:
            whole = sum(len(line) for line in file if line.endswith(b"\n"))
            file.truncate(whole)


def _object(written: bytes) -> Line:
    line = json.loads(written)
    if not isinstance(line, dict):
        message = "a journal holds one JSON object a line"
        raise TypeError(message)
    return line
