"""What follows from a decision, as data that a pure decision may give back; see `following`.

A service names its own kinds: `Due[TimerKind]`, `Ask[Asks]`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

Kind_co = TypeVar("Kind_co", bound=str, covariant=True)


@dataclass(frozen=True)
class Due(Generic[Kind_co]):
    """Set a timer, or move the running one; `about` tells it from others of its kind.

    `again` sets it anew from within its own run.
    """

    kind: Kind_co
    at: datetime
    about: str = ""
    again: bool = False


@dataclass(frozen=True)
class Stop(Generic[Kind_co]):
    """End all timers of a kind, which are no longer needed."""

    kind: Kind_co


@dataclass(frozen=True)
class Ask(Generic[Kind_co]):
    """Ask a role, or one of its people, to do something; `about` tells apart those asked alike.

    `anew` says that something new has happened: who took what was asked before has not taken it.
    """

    kind: Kind_co
    role: str
    about: str = ""
    due: datetime | None = None
    urgent: bool = False
    assignee: str | None = None
    anew: bool = False


@dataclass(frozen=True)
class Settle(Generic[Kind_co]):
    """Settle what was asked, of one kind or (None) all that is open on the subject."""

    kind: Kind_co | None
    outcome: str
    about: str | None = None
