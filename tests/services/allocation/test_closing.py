"""A practitioner proposes to close, another person confirms, and what is undone stands before."""

from dataclasses import replace
from typing import Any

import pytest

from chassis.clocks import new_id
from chassis.lives import NotTheirDecision
from contracts.allocation import BroadReason, ClosureReason
from services.allocation.domain.case import Case, Checklist
from services.allocation.domain.closing import (
    Blocker,
    ClosureBlocked,
    NotAReasonToPropose,
    TheirOwnProposal,
    blockers,
    confirm_closure,
    propose_closure,
    refuse_closure,
)
from services.allocation.domain.facts import Closed
from services.allocation.domain.kinds import Asks, RiskAbout, TimerKind
from services.allocation.domain.opening import join_case
from services.allocation.domain.reminders import remind
from services.allocation.domain.statuses import Status
from services.allocation.domain.worries import (
    HaveYouSeen,
    danger_reported,
    other_referral_diverted,
    referrer_answered,
    risk_answered,
)
from tests.services.allocation.made import (
    A_DAY,
    MANAGER,
    MONDAY,
    PRACTITIONER,
    SOUTHEND,
    TEAM_MANAGER,
    WORKER,
    a_case,
    an_accepted_referral,
    asked,
)

R = ClosureReason


def proposed(case: Case, reason: ClosureReason = R.FAMILY_WITHDREW, **other: Any) -> Case:
    sound: dict[str, Any] = {
        "closure_id": new_id(),
        "checklist": Checklist(),
        "by": WORKER,
        "roles": PRACTITIONER,
        "at": MONDAY,
        "rules": SOUTHEND,
    }
    return propose_closure(case, reason=reason, **(sound | other)).case


def test_nobody_confirms_their_own_proposal() -> None:
    case = proposed(a_case(Status.ENGAGING), by=MANAGER, roles=TEAM_MANAGER)
    with pytest.raises(TheirOwnProposal):
        confirm_closure(case, MANAGER, TEAM_MANAGER, MONDAY, SOUTHEND)


def test_a_practitioner_cannot_confirm() -> None:
    with pytest.raises(NotTheirDecision):
        confirm_closure(
            proposed(a_case(Status.ENGAGING)), "w-other", PRACTITIONER, MONDAY, SOUTHEND
        )


def test_a_planned_end_has_review_plan_and_a_farewell_to_each_child() -> None:
    case = a_case(Status.ENGAGING)
    empty = proposed(case, R.NEEDS_MET)
    assert blockers(empty, MONDAY, SOUTHEND) == (Blocker.REVIEW, Blocker.PLAN, Blocker.FAREWELL)
    one = Checklist(review_agreed=True, plan_updated=True, farewell_visits=(case.children[0].id,))
    assert blockers(proposed(case, R.NEEDS_MET, checklist=one), MONDAY, SOUTHEND) == (
        Blocker.FAREWELL,
    )
    both = replace(one, farewell_visits=tuple(child.id for child in case.children))
    assert blockers(proposed(case, R.NEEDS_MET, checklist=both), MONDAY, SOUTHEND) == ()


def test_a_confirmed_closure_tells_a_broad_reason_alone() -> None:
    case = proposed(a_case(Status.ENGAGING), R.MOVED_AREA)
    turn = confirm_closure(case, MANAGER, TEAM_MANAGER, MONDAY, SOUTHEND)
    fact = turn.facts[0]
    assert isinstance(fact, Closed)
    assert (fact.proposed_by, fact.confirmed_by) == (WORKER, MANAGER)
    assert fact.broad_reason == BroadReason.NO_LONGER_WITH_US


def test_a_refused_closure_puts_the_case_back_where_it_stood() -> None:
    for status in (Status.WAITING, Status.ALLOCATED, Status.ENGAGING, Status.NO_CONTACT):
        before = a_case(status)
        case = proposed(before, roles=TEAM_MANAGER)
        assert refuse_closure(case, TEAM_MANAGER).case == before


def test_a_worry_blocks_until_a_manager_has_answered_it() -> None:
    case = proposed(a_case(Status.ENGAGING))
    case = danger_reported(case).case
    case = referrer_answered(case, case.referral_ids[0], HaveYouSeen.WORRIED).case
    for answered in (RiskAbout.DANGER, RiskAbout.WORRY):
        with pytest.raises(ClosureBlocked) as refused:
            confirm_closure(case, MANAGER, TEAM_MANAGER, MONDAY, SOUTHEND)
        assert refused.value.members["blockers"] == ["worry_not_answered"]
        case = risk_answered(case, answered).case
    assert not confirm_closure(case, MANAGER, TEAM_MANAGER, MONDAY, SOUTHEND).case.is_open


def test_a_referral_that_joins_after_the_proposal_blocks_it() -> None:
    case = proposed(a_case(Status.ENGAGING))
    joining = an_accepted_referral(family_id=case.family_id)
    joined = join_case(case, joining, MONDAY + A_DAY, SOUTHEND).case
    assert Blocker.REFERRAL_JOINED in blockers(joined, MONDAY + A_DAY, SOUTHEND)


def test_nobody_proposes_to_close_as_stepped_up() -> None:
    with pytest.raises(NotAReasonToPropose):
        proposed(a_case(Status.ENGAGING), R.STEPPED_UP)


def test_a_diversion_of_another_referral_blocks_until_a_manager_has_answered_it() -> None:
    case = other_referral_diverted(proposed(a_case(Status.ENGAGING)), new_id()).case
    with pytest.raises(ClosureBlocked) as refused:
        confirm_closure(case, MANAGER, TEAM_MANAGER, MONDAY, SOUTHEND)
    assert refused.value.members["blockers"] == ["worry_not_answered"]
    case = risk_answered(case, RiskAbout.DIVERSION).case
    assert not confirm_closure(case, MANAGER, TEAM_MANAGER, MONDAY, SOUTHEND).case.is_open


@pytest.mark.parametrize(
    ("status", "kind", "asks"),
    [
        (Status.OPENED, TimerKind.ALLOCATION, Asks.ALLOCATION_OVERDUE),
        (Status.WAITING, TimerKind.WAITING_REVIEW, Asks.REVIEW_WAITING),
    ],
)
def test_a_proposed_closure_stops_no_reminder_about_a_family_that_waits(
    status: Status, kind: TimerKind, asks: Asks
) -> None:
    case = proposed(a_case(status), roles=TEAM_MANAGER)
    assert asked(remind(case, kind)) == [asks]
    assert remind(a_case(Status.ENGAGING), kind) is None
