"""Giving a family its worker: only a team manager does, within limits or with a reason."""

from dataclasses import replace
from datetime import datetime

from chassis.effects import Ask, Due, Settle, Stop
from chassis.facts import NotAllowed
from chassis.lives import Taken
from contracts.roles import Role
from councils.rules import CouncilRules
from councils.working_time import due_after
from services.allocation.domain.capacity import OVERRIDES_NEEDED, Candidate, Why
from services.allocation.domain.case import Case
from services.allocation.domain.facts import Allocated
from services.allocation.domain.kinds import Asks, TimerKind
from services.allocation.domain.statuses import Status, take
from services.allocation.domain.turn import Effect, HandOn, Turn


class OverLimits(NotAllowed):
    """The worker has no room for this family, and no reason was given to go against it (409)."""

    slug = "over-limits"
    title = "This worker's limits stand against it; a team manager may override with a reason"


class NoLongerActive(NotAllowed):
    """The worker has left; no reason overrides that (409)."""

    slug = "worker-no-longer-active"
    title = "This worker no longer takes families"


class AgreementNotCurrent(NotAllowed):
    """Nobody in the family agrees to the service at this moment (409)."""

    slug = "agreement-not-current"
    title = "The family's agreement is not current, so no worker can be allocated"


def allocate(
    case: Case,
    candidate: Candidate,
    roles: frozenset[str],
    at: datetime,
    rules: CouncilRules,
    *,
    override_reason: str | None,
) -> Turn:
    """Give the case a worker, its first or another; who overrides says why, and it is reported."""
    may = "reallocated" if case.practitioner_id else "allocated"
    status = take(case.standing, may, roles)
    check_room(candidate, override_reason)
    worker = candidate.practitioner
    due = due_after(at, rules.clocks.first_contact, rules)
    allocated = replace(
        case,
        status=case.status if status == Status.AS_BEFORE else status,
        practitioner_id=worker.staff_id,
        team=worker.team,
        allocated_at=at,
        first_contact_due=case.first_contact_due if case.first_contact_at else due,
        next_review_at=None,
    )
    return Turn(
        allocated,
        f"case.{may}",
        Taken(may, case.standing, allocated.standing),
        (Allocated(worker.staff_id, worker.team, allocated.first_contact_due or due),),
        _effects(allocated, due, at, rules),
    )


def check_room(candidate: Candidate, override_reason: str | None) -> None:
    """Refuse a worker without room.

    Raises:
        OverLimits: limits stand against it and no reason was given.
        NoLongerActive: the worker has left.
    """
    if Why.LEFT in candidate.reasons:
        raise NoLongerActive
    if gone_against(candidate) and not override_reason:
        raise OverLimits(reasons=[str(why) for why in gone_against(candidate)])


def gone_against(candidate: Candidate) -> tuple[Why, ...]:
    """Name the limits that an allocation goes against."""
    return tuple(why for why in candidate.reasons if why in OVERRIDES_NEEDED)


def _effects(case: Case, due: datetime, at: datetime, rules: CouncilRules) -> tuple[Effect, ...]:
    worker = case.practitioner_id
    effects: list[Effect] = [
        Stop(TimerKind.ALLOCATION),
        Stop(TimerKind.WAITING_REVIEW),
        *(
            Settle(kind, "allocated")
            for kind in (
                Asks.ALLOCATE,
                Asks.ALLOCATION_OVERDUE,
                Asks.REALLOCATE,
                Asks.REVIEW_WAITING,
                Asks.NOT_SAFE_TO_WAIT,
            )
        ),
    ]
    if case.first_contact_at is None:
        visit = due_after(at, rules.clocks.visit_by, rules)
        effects += [Due(TimerKind.FIRST_CONTACT, due), Due(TimerKind.VISIT_BY, visit)]
    if worker:
        effects.append(HandOn(worker))
    if case.worried:
        effects.append(Ask(Asks.DANGER_TO_WORKER, Role.PRACTITIONER, urgent=True, assignee=worker))
    return tuple(effects)


def set_complexity(case: Case, level: int) -> Turn:
    """Set the level of need that decides which grades may hold the case."""
    return Turn(replace(case, complexity=level), "case.complexity_set")
