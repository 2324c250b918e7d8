"""PostgreSQL's wire, read just far enough to know what a service is about to commit."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

PROTOCOL_3 = 3


@dataclass(frozen=True)
class Frontend:
    """One message from a client: its bytes, the statement it is about, and all that it says."""

    raw: bytes
    sql: bytes = b""

    @property
    def said(self) -> bytes:
        """The statement's text and its values."""
        return self.sql + b" " + self.raw

    def begins(self, word: bytes) -> bool:
        """Whether the statement begins with a word."""
        return self.sql[: len(word)].upper() == word


@dataclass
class FrontendReader:
    """Cuts what a client sends into its messages, and remembers the statements it prepared."""

    _rest: bytes = b""
    _talking: bool = False
    _statements: dict[bytes, bytes] = field(default_factory=dict)

    def feed(self, data: bytes) -> Iterator[Frontend]:
        """Take bytes in as they come; give every message that is whole."""
        self._rest += data
        while (length := self._length()) and len(self._rest) >= length:
            raw, self._rest = self._rest[:length], self._rest[length:]
            yield self._typed(raw) if self._talking else self._first(raw)

    def _length(self) -> int:
        ahead = 1 if self._talking else 0
        if len(self._rest) < ahead + 4:
            return 0
        (length,) = struct.unpack_from("!i", self._rest, ahead)
        return ahead + int(length)

    def _first(self, raw: bytes) -> Frontend:
        """Read what comes before the talk: requests for encryption, then the startup itself."""
        (major, _) = struct.unpack_from("!HH", raw, 4)
        self._talking = major == PROTOCOL_3
        return Frontend(raw)

    def _typed(self, raw: bytes) -> Frontend:
        kind, body = raw[:1], raw[5:]
        if kind == b"Q":
            return Frontend(raw, body.rstrip(b"\0"))
        if kind == b"P":
            name, sql, _ = body.split(b"\0", 2)
            self._statements[name] = sql
            return Frontend(raw, sql)
        if kind == b"B":
            _, name, _ = body.split(b"\0", 2)
            return Frontend(raw, self._statements.get(name, b""))
        return Frontend(raw)
