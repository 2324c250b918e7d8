"""Families and people both count; limits, grade, duty week and absence each show as a reason."""

from dataclasses import replace
from datetime import date

import pytest

from chassis.lives import NotTheirDecision
from services.allocation.domain.allocating import NoLongerActive, OverLimits, allocate
from services.allocation.domain.capacity import (
    Candidate,
    Load,
    Practitioner,
    Span,
    Why,
    rank,
    weigh,
)
from services.allocation.domain.case import Case
from services.allocation.domain.statuses import Status
from tests.services.allocation.made import (
    MONDAY,
    PRACTITIONER,
    SOUTHEND,
    TEAM_MANAGER,
    a_case,
)

TODAY = date(2026, 11, 2)
DEBBIE = Practitioner("w-debbie", "west", "practitioner")
FULL = Load(12, 45, 60)


def weighed(worker: Practitioner, load: Load, case: Case | None = None) -> Candidate:
    return weigh(worker, load, case or a_case(), TODAY, SOUTHEND)


def test_a_worker_with_twelve_families_and_45_people_has_no_room() -> None:
    candidate = weighed(DEBBIE, FULL)
    assert candidate.reasons == (Why.OVER_FAMILIES, Why.OVER_PEOPLE)
    with pytest.raises(OverLimits) as refused:
        allocate(a_case(), candidate, TEAM_MANAGER, MONDAY, SOUTHEND, override_reason=None)
    assert refused.value.members["reasons"] == ["over_families_limit", "over_people_limit"]


def test_few_large_families_fill_a_worker_too() -> None:
    assert weighed(DEBBIE, Load(6, 43)).reasons == (Why.OVER_PEOPLE,)
    assert weighed(DEBBIE, Load(6, 42)).fits


def test_load_held_outside_kinbridge_counts() -> None:
    assert weighed(replace(DEBBIE, other_families=12), Load()).reasons == (Why.OVER_FAMILIES,)


def test_a_manager_overrides_a_limit_with_a_reason() -> None:
    turn = allocate(
        a_case(), weighed(DEBBIE, FULL), TEAM_MANAGER, MONDAY, SOUTHEND, override_reason="Known."
    )
    assert turn.case.status == Status.ALLOCATED
    assert turn.case.practitioner_id == "w-debbie"


def test_a_workers_own_limits_come_before_the_councils() -> None:
    assert weighed(replace(DEBBIE, families_limit=3), Load(3, 9)).reasons == (Why.OVER_FAMILIES,)
    assert weighed(replace(DEBBIE, families_limit=20, people_limit=80), FULL).fits


def test_a_grade_holds_no_case_above_its_level() -> None:
    hard = a_case(complexity=4)
    assert weighed(DEBBIE, Load(), hard).reasons == (Why.TOO_COMPLEX,)
    assert weighed(replace(DEBBIE, grade="senior_practitioner"), Load(), hard).fits


def test_who_is_on_duty_is_ranked_last_and_says_so() -> None:
    on_duty = replace(DEBBIE, duty_weeks=(Span(date(2026, 11, 2), date(2026, 11, 6)),))
    busy = replace(DEBBIE, staff_id="w-busy", other_families=11)
    ranked = rank([weighed(on_duty, Load()), weighed(busy, Load())])
    assert [each.practitioner.staff_id for each in ranked] == ["w-busy", "w-debbie"]
    assert ranked[1].reasons == (Why.DUTY_WEEK,)


def test_the_own_team_and_who_carries_least_come_first() -> None:
    near = replace(DEBBIE, staff_id="w-near")
    light = replace(DEBBIE, staff_id="w-light")
    away = replace(DEBBIE, staff_id="w-away", away=(Span(TODAY, TODAY),))
    far = replace(DEBBIE, staff_id="w-far", team="east")
    ranked = rank(
        [
            weighed(away, Load()),
            weighed(far, Load()),
            weighed(near, Load(6, 20)),
            weighed(light, Load(1, 2)),
        ]
    )
    names = [each.practitioner.staff_id for each in ranked]
    assert names == ["w-light", "w-near", "w-far", "w-away"]


def test_nothing_overrides_that_a_worker_has_left() -> None:
    gone = weighed(replace(DEBBIE, active=False), Load())
    with pytest.raises(NoLongerActive):
        allocate(a_case(), gone, TEAM_MANAGER, MONDAY, SOUTHEND, override_reason="Known.")


def test_only_a_team_manager_allocates() -> None:
    with pytest.raises(NotTheirDecision):
        allocate(
            a_case(), weighed(DEBBIE, Load()), PRACTITIONER, MONDAY, SOUTHEND, override_reason=None
        )


def test_another_worker_takes_over_without_the_case_moving() -> None:
    case = a_case(Status.NO_CONTACT)
    other = replace(DEBBIE, staff_id="w-other")
    turn = allocate(
        case, weighed(other, Load()), TEAM_MANAGER, MONDAY, SOUTHEND, override_reason=None
    )
    assert turn.case.status == Status.NO_CONTACT
    assert turn.case.practitioner_id == "w-other"
