"""A turn: what one decision makes of a handover, as data for the use case to save and say."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from contracts.roles import Role
from services.handover.domain.facts import HandoverFact
from services.handover.domain.handover import Handover
from services.handover.domain.kinds import Asks, NoteKind, TimerKind
from services.handover.domain.statuses import take


@dataclass(frozen=True)
class Due:
    """Set a timer, or set the running one anew; `about` tells a timer from the next of its kind."""

    kind: TimerKind
    at: datetime
    about: str = ""


@dataclass(frozen=True)
class Stop:
    """End timers that are no longer needed."""

    kinds: tuple[TimerKind, ...]


@dataclass(frozen=True)
class Ask:
    """Ask a role to do something; `about` tells apart those asked alike, `assignee` names one."""

    kind: Asks
    role: Role
    about: str = ""
    due: datetime | None = None
    urgent: bool = False
    assignee: str | None = None


@dataclass(frozen=True)
class Settle:
    """Settle what was asked, of one kind or (None) all that is open on the handover."""

    kind: Asks | None
    outcome: str


@dataclass(frozen=True)
class SendPack:
    """Let the pack go: the version that waits now, or a new one if the last has gone."""


@dataclass(frozen=True)
class StopSending:
    """Let no pack go any more."""


@dataclass(frozen=True)
class Note:
    """Keep what one side wrote to the other."""

    kind: NoteKind
    words: str


Effect = Due | Stop | Ask | Settle | SendPack | StopSending | Note


@dataclass(frozen=True)
class Who:
    """Who decides, as far as a decision needs to know: an opaque id and roles."""

    subject: str
    roles: frozenset[str]


@dataclass(frozen=True)
class Taken:
    """A step of the life that was taken, by its name in the table; `reason` is a code."""

    may: str
    frm: str
    then: str
    reason: str | None = None


@dataclass(frozen=True)
class Turn:
    """The handover after a decision, the steps taken, and what follows."""

    handover: Handover
    did: str
    steps: tuple[Taken, ...] = ()
    facts: tuple[HandoverFact, ...] = ()
    effects: tuple[Effect, ...] = ()

    def then(self, next_turn: Self) -> Self:
        """Put a further decision on the same handover behind this one."""
        return replace(
            next_turn,
            did=f"{self.did}, {next_turn.did}",
            steps=(*self.steps, *next_turn.steps),
            facts=(*self.facts, *next_turn.facts),
            effects=(*self.effects, *next_turn.effects),
        )


def stepped(
    handover: Handover, may: str, who: Who, *, reason: str | None = None, **changes: Any
) -> tuple[Handover, Taken]:
    """Take a step of the life and change what comes with it; see `Life.take` for refusals."""
    then = take(handover.status, may, who.roles)
    return replace(handover, status=then, **changes), Taken(may, handover.status, then, reason)
