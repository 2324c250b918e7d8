"""A turn: what one decision makes of a handover, as data for the use case to save and say."""

from dataclasses import dataclass, replace
from typing import Any, Self

from chassis.effects import Ask, Due, Settle, Stop
from chassis.lives import Taken
from services.handover.domain.facts import HandoverFact
from services.handover.domain.handover import Handover
from services.handover.domain.kinds import Asks, NoteKind, TimerKind
from services.handover.domain.statuses import take


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


Effect = Due[TimerKind] | Stop[TimerKind] | Ask[Asks] | Settle[Asks] | SendPack | StopSending | Note


@dataclass(frozen=True)
class Who:
    """Who decides, as far as a decision needs to know: an opaque id and roles."""

    subject: str
    roles: frozenset[str]


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
