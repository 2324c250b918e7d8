"""Who has room: families and people, complexity by grade, duty week and absence, with reasons."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from councils.rules import CouncilRules
from services.allocation.domain.case import Case


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, both included."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Tell whether the day is among them."""
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Practitioner:
    """A worker as allocation knows one; `other_…` is load that is held outside Kinbridge."""

    staff_id: str
    team: str
    grade: str
    families_limit: int | None = None
    people_limit: int | None = None
    other_families: int = 0
    other_people: int = 0
    duty_weeks: tuple[Span, ...] = ()
    away: tuple[Span, ...] = ()
    work_phone: str | None = None
    active: bool = True


@dataclass(frozen=True)
class Load:
    """What a worker holds now."""

    families: int = 0
    people: int = 0
    weight: int = 0


class Why(StrEnum):
    """Why a worker is ranked where they are."""

    OVER_FAMILIES = "over_families_limit"
    OVER_PEOPLE = "over_people_limit"
    OVER_WEIGHT = "over_weight_limit"
    TOO_COMPLEX = "too_complex_for_grade"
    LEFT = "no_longer_active"
    AWAY = "away"
    DUTY_WEEK = "duty_week"
    OTHER_TEAM = "other_team"


OVERRIDES_NEEDED = frozenset(
    {Why.OVER_FAMILIES, Why.OVER_PEOPLE, Why.OVER_WEIGHT, Why.TOO_COMPLEX, Why.AWAY}
)
"""What a manager may go against, with a reason; a duty week or another team only ranks."""


@dataclass(frozen=True)
class Candidate:
    """One worker beside one case: the load after it, the limits, and why they rank so."""

    practitioner: Practitioner
    now: Load
    after: Load
    families_limit: int
    people_limit: int
    complexity_cap: int
    reasons: tuple[Why, ...]

    @property
    def fits(self) -> bool:
        """Whether no limit stands against it."""
        return not (OVERRIDES_NEEDED | {Why.LEFT}) & set(self.reasons)

    @property
    def rank(self) -> tuple[bool, bool, bool, int, int, str]:
        """Sort key: within limits, not on duty, own team, then who carries least."""
        after, why = self.after, set(self.reasons)
        return (
            Why.DUTY_WEEK in why,
            not self.fits,
            Why.OTHER_TEAM in why,
            max(
                100 * after.people // self.people_limit, 100 * after.families // self.families_limit
            ),
            after.weight,
            self.practitioner.staff_id,
        )


def weigh(
    practitioner: Practitioner, load: Load, case: Case, on: date, rules: CouncilRules
) -> Candidate:
    """Hold one worker against one case. The system weighs and ranks; a manager decides."""
    families_limit = practitioner.families_limit or rules.limits.families
    people_limit = practitioner.people_limit or rules.limits.people
    now = Load(
        load.families + practitioner.other_families,
        load.people + practitioner.other_people,
        load.weight,
    )
    after = Load(now.families + 1, now.people + case.people, now.weight + weight_of(case, rules))
    cap = rules.limits.complexity.get(practitioner.grade, 0)
    over_weight = rules.limits.weight is not None and after.weight > rules.limits.weight
    checks = {
        Why.LEFT: not practitioner.active,
        Why.OVER_FAMILIES: after.families > families_limit,
        Why.OVER_PEOPLE: after.people > people_limit,
        Why.OVER_WEIGHT: over_weight,
        Why.TOO_COMPLEX: case.complexity > cap,
        Why.AWAY: any(span.holds(on) for span in practitioner.away),
        Why.DUTY_WEEK: any(span.holds(on) for span in practitioner.duty_weeks),
        Why.OTHER_TEAM: case.team is not None and practitioner.team != case.team,
    }
    reasons = tuple(why for why, so in checks.items() if so)
    return Candidate(practitioner, now, after, families_limit, people_limit, cap, reasons)


def rank(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Order workers for a manager to choose from; who is on duty comes last."""
    return tuple(sorted(candidates, key=lambda candidate: candidate.rank))


def weight_of(case: Case, rules: CouncilRules) -> int:
    """Give the weight of the case's pathway; 0 for one that the council has retired."""
    return next((p.weight for p in rules.pathways if p.code == case.pathway), 0)
