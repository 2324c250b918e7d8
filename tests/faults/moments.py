"""The moments between commits at which a drill ends a service, each named by what is committed."""

from dataclasses import dataclass, field
from enum import StrEnum

from tests.faults.wire import Frontend


class When(StrEnum):
    """On which side of a commit, or of a statement, the service ends."""

    BEFORE_COMMIT = "before the commit"
    AFTER_COMMIT = "after the commit, before anybody hears of it"
    BEFORE_STATEMENT = "before the statement"
    AFTER_STATEMENT = "after the statement"


@dataclass
class Moment:
    """One moment of one service: a transaction (or statement) that holds all the marks.

    Args:
        service: Whose end it is.
        name: What is committed, in the field's words.
        marks: Bytes that the transaction's statements and values hold.
        when: On which side of it.
        after: How many such transactions pass unharmed before.
    """

    service: str
    name: str
    marks: tuple[bytes, ...]
    when: When
    after: int = 0
    met: bool = False
    _passed: int = 0

    def __str__(self) -> str:
        times = f", after {self.after} others" if self.after else ""
        return f"{self.service}: {self.name}, {self.when}{times}"

    def meets(self, seen: bytes) -> bool:
        """Whether this is it: counts those that pass, and comes true once."""
        if self.met or not all(mark in seen for mark in self.marks):
            return False
        self.met = self._passed == self.after
        self._passed += 1
        return self.met


@dataclass
class Watch:
    """Follows one connection's transactions, and says when a moment has come."""

    moments: list[Moment]
    _within: bool = False
    _seen: bytearray = field(default_factory=bytearray)

    def before(self, message: Frontend) -> Moment | None:
        """Look at a message before PostgreSQL has it: has a moment come?"""
        if message.begins(b"BEGIN"):
            self._within = True
            self._seen.clear()
        if message.begins(b"COMMIT"):
            return self._first(When.BEFORE_COMMIT, bytes(self._seen))
        if not message.sql:
            return None
        if self._within:
            self._seen += message.said
        return self._first(When.BEFORE_STATEMENT, message.said)

    def after(self, message: Frontend) -> Moment | None:
        """Look at what PostgreSQL is about to have: does the service never hear of it?"""
        if message.begins(b"COMMIT"):
            self._within = False
            return self._first(When.AFTER_COMMIT, bytes(self._seen))
        return self._first(When.AFTER_STATEMENT, message.said) if message.sql else None

    def _first(self, when: When, seen: bytes) -> Moment | None:
        ours = [moment for moment in self.moments if moment.when is when]
        return next((moment for moment in ours if moment.meets(seen)), None)
