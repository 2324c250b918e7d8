"""The team's queue and the waiting list: who looks again when, and whether it is safe to wait."""

from dataclasses import replace
from datetime import datetime

from chassis.effects import Ask, Due, Settle, Stop
from chassis.lives import Taken
from contracts.roles import Role
from councils.clocks import CalendarDays
from councils.rules import CouncilRules
from councils.working_time import due_after
from services.allocation.domain.case import Case
from services.allocation.domain.facts import Waitlisted
from services.allocation.domain.kinds import Asks, TimerKind
from services.allocation.domain.known import known_team
from services.allocation.domain.statuses import take
from services.allocation.domain.turn import Effect, Turn

REVIEW_EVERY = CalendarDays(7)
"""Weekly, as domain knowledge has it ("safe to wait?"); councils publish no figure."""


def waitlist(
    case: Case, team: str | None, roles: frozenset[str], at: datetime, rules: CouncilRules
) -> Turn:
    """Let a family wait in a team's queue, because no worker has room."""
    status = take(case.standing, "waitlisted", roles)
    review = due_after(at, REVIEW_EVERY, rules)
    queue = known_team(team, rules) if team else case.team
    waiting = replace(case, status=status, team=queue, next_review_at=review)
    effects: tuple[Effect, ...] = (
        Stop(TimerKind.ALLOCATION),
        Settle(Asks.ALLOCATE, "waitlisted"),
        Settle(Asks.ALLOCATION_OVERDUE, "waitlisted"),
        Due(TimerKind.WAITING_REVIEW, review),
    )
    step = Taken("waitlisted", case.status, status)
    return Turn(waiting, "case.waitlisted", step, (Waitlisted(),), effects)


def review_waiting(
    case: Case, roles: frozenset[str], at: datetime, rules: CouncilRules, *, safe: bool
) -> Turn:
    """Answer "safe to wait?"; when it is not, the duty manager is asked at once."""
    status = take(case.standing, "reviewed", roles)
    review = due_after(at, REVIEW_EVERY, rules)
    effects: list[Effect] = [
        Settle(Asks.REVIEW_WAITING, "safe" if safe else "not_safe"),
        Due(TimerKind.WAITING_REVIEW, review),
    ]
    if safe:
        effects.append(Settle(Asks.NOT_SAFE_TO_WAIT, "safe"))
    else:
        effects.append(Ask(Asks.NOT_SAFE_TO_WAIT, Role.DUTY_MANAGER, urgent=True))
    reviewed = replace(case, next_review_at=review)
    step = Taken("reviewed", case.status, status)
    return Turn(reviewed, "case.waiting_reviewed", step, effects=tuple(effects))


def put_in_queue(case: Case, team: str, rules: CouncilRules) -> Turn:
    """Choose the team whose queue holds the family until a worker is named."""
    return Turn(replace(case, team=known_team(team, rules)), "case.queued")
