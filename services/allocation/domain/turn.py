"""A turn: what one decision makes of a case, as data for the use case to save and say."""

from dataclasses import dataclass
from datetime import datetime

from contracts.roles import Role
from services.allocation.domain.case import Case
from services.allocation.domain.facts import CaseFact
from services.allocation.domain.kinds import Asks, TimerKind


@dataclass(frozen=True)
class Due:
    """Set a timer, or move the running one; `about` narrows it to a child.

    `again` sets it anew from within its own run.
    """

    kind: TimerKind
    at: datetime
    about: str = ""
    again: bool = False


@dataclass(frozen=True)
class Stop:
    """End a timer that is no longer needed; `about` None ends all of its kind."""

    kind: TimerKind
    about: str | None = None


@dataclass(frozen=True)
class Ask:
    """Ask a role, or one of its people, to do something."""

    kind: Asks
    role: Role
    about: str = ""
    due: datetime | None = None
    urgent: bool = False
    assignee: str | None = None


@dataclass(frozen=True)
class Settle:
    """Settle what was asked, of one kind or (None) all that is open on the case."""

    kind: Asks | None
    outcome: str
    about: str | None = None


@dataclass(frozen=True)
class HandOn:
    """Put what a worker was asked about the case before the one who follows."""

    assignee: str


Effect = Due | Stop | Ask | Settle | HandOn


@dataclass(frozen=True)
class Taken:
    """A step of the life that was taken, by its name in the table."""

    may: str
    frm: str
    then: str


@dataclass(frozen=True)
class Turn:
    """The case after a decision, the step taken (if its status moved), and what follows."""

    case: Case
    did: str
    step: Taken | None = None
    facts: tuple[CaseFact, ...] = ()
    effects: tuple[Effect, ...] = ()


def worker_or_manager(case: Case) -> tuple[Role, str | None]:
    """Give whom to ask about a case: its worker by name, else the team managers."""
    if case.practitioner_id:
        return Role.PRACTITIONER, case.practitioner_id
    return Role.TEAM_MANAGER, None
