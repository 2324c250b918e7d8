"""A turn: what one decision makes of a case, as data for the use case to save and say."""

from dataclasses import dataclass

from chassis.effects import Ask, Due, Settle, Stop
from chassis.lives import Taken
from contracts.roles import Role
from services.allocation.domain.case import Case
from services.allocation.domain.facts import CaseFact
from services.allocation.domain.kinds import Asks, TimerKind


@dataclass(frozen=True)
class HandOn:
    """Put what a worker was asked about the case before the one who follows."""

    assignee: str


Effect = Due[TimerKind] | Stop[TimerKind] | Ask[Asks] | Settle[Asks] | HandOn


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
