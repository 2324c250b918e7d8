"""A step-up locks the case where it stands; only a completed handover releases the family."""

import pytest

from chassis.clocks import new_id
from chassis.effects import Settle
from chassis.lives import StepNotAllowed
from contracts.allocation import BroadReason, ClosureReason
from services.allocation.domain.allocating import allocate
from services.allocation.domain.capacity import Load, Practitioner, weigh
from services.allocation.domain.case import Case, Checklist, Owner, StepUp
from services.allocation.domain.closing import confirm_closure, propose_closure
from services.allocation.domain.facts import Closed, SteppedUp
from services.allocation.domain.kinds import Asks
from services.allocation.domain.opening import join_case
from services.allocation.domain.statuses import BEFORE_STEP_UP, Status
from services.allocation.domain.stepping_up import (
    AnotherHandover,
    MoreForThePlannedRoad,
    handover_authorised,
    handover_came_back,
    handover_completed,
    handover_opened,
    planned_one_ended,
    propose_step_up,
)
from services.allocation.domain.worries import danger_reported
from tests.services.allocation.made import (
    A_DAY,
    ALONGSIDE,
    DUTY_MANAGER,
    MANAGER,
    MONDAY,
    PRACTITIONER,
    SOUTHEND,
    TEAM_MANAGER,
    WORKER,
    a_case,
    a_proposal,
    an_accepted_referral,
    asked,
)


def stepped_up(case: Case) -> Case:
    return propose_step_up(case, a_proposal(), WORKER, PRACTITIONER, MONDAY).case


def closing(case: Case) -> Case:
    return propose_closure(
        case,
        closure_id=new_id(),
        reason=ClosureReason.FAMILY_WITHDREW,
        checklist=Checklist(),
        by=WORKER,
        roles=PRACTITIONER,
        at=MONDAY,
        rules=SOUTHEND,
    ).case


@pytest.mark.parametrize("status", [s for s in BEFORE_STEP_UP if s != Status.CLOSING])
@pytest.mark.parametrize("outcome", ["declined", "cancelled"])
def test_a_declined_step_up_leaves_the_case_as_it_was(status: Status, outcome: str) -> None:
    before, handover_id = a_case(status), new_id()
    locked = handover_opened(stepped_up(before), handover_id)
    assert locked
    assert locked.case.standing == Status.STEP_UP_PENDING
    assert handover_came_back(locked.case, handover_id, outcome).case == before


def test_no_closure_is_confirmed_while_a_step_up_is_pending() -> None:
    case = stepped_up(closing(a_case(Status.ENGAGING)))
    with pytest.raises(StepNotAllowed) as refused:
        confirm_closure(case, MANAGER, TEAM_MANAGER, MONDAY, SOUTHEND)
    assert refused.value.sentence == (
        "A case that is step up pending cannot be closed by a team manager."
    )
    with pytest.raises(StepNotAllowed):
        closing(stepped_up(a_case(Status.ENGAGING)))


def test_a_waiting_family_steps_up_and_the_duty_manager_owns_it() -> None:
    turn = propose_step_up(
        a_case(Status.WAITING), a_proposal(urgent=True), "m-duty", DUTY_MANAGER, MONDAY
    )
    assert turn.case.owner == Owner("duty_manager")
    assert asked(turn) == [Asks.OWN_STEP_UP]
    worker = Practitioner("w-1", "west", "practitioner")
    candidate = weigh(worker, Load(), turn.case, MONDAY.date(), SOUTHEND)
    with pytest.raises(StepNotAllowed):
        allocate(turn.case, candidate, TEAM_MANAGER, MONDAY, SOUTHEND, override_reason=None)


def test_the_message_names_every_child_when_none_is_named() -> None:
    case = a_case(Status.ENGAGING)
    turn = propose_step_up(case, a_proposal(), WORKER, PRACTITIONER, MONDAY)
    assert isinstance(turn.facts[0], SteppedUp)
    assert turn.facts[0].child_ids == tuple(child.id for child in case.children)


def test_a_planned_step_up_says_everything_and_an_urgent_one_waits_for_nothing() -> None:
    case = a_case(Status.ENGAGING)
    with pytest.raises(MoreForThePlannedRoad):
        propose_step_up(case, a_proposal(missing=("tried",)), WORKER, PRACTITIONER, MONDAY)
    urgent = a_proposal(urgent=True, missing=("tried",))
    turn = propose_step_up(case, urgent, WORKER, PRACTITIONER, MONDAY)
    assert turn.case.standing == Status.STEP_UP_PENDING


def test_one_step_up_at_a_time() -> None:
    with pytest.raises(StepNotAllowed):
        stepped_up(stepped_up(a_case(Status.ENGAGING)))


def test_completion_closes_the_case_where_families_are_transferred() -> None:
    handover_id = new_id()
    case = stepped_up(a_case(Status.ENGAGING))
    authorised = handover_authorised(case, handover_id, MANAGER)
    assert authorised
    turn = handover_completed(authorised.case, handover_id, MONDAY, SOUTHEND)
    assert turn.case.status == Status.CLOSED
    assert turn.case.owner is None
    closed = turn.facts[0]
    assert isinstance(closed, Closed)
    assert (closed.reason, closed.confirmed_by) == (ClosureReason.STEPPED_UP, MANAGER)
    assert closed.broad_reason == BroadReason.SUPPORT_ENDED


def test_completion_keeps_the_worker_beside_the_new_lead_where_councils_work_so() -> None:
    case = stepped_up(a_case(Status.ENGAGING))
    turn = handover_completed(case, new_id(), MONDAY, ALONGSIDE)
    assert turn.case.status == Status.ENGAGING
    assert turn.case.owner == Owner("social_care")
    assert not turn.case.accountable
    assert turn.case.practitioner_id == WORKER


def test_another_handover_releases_nothing() -> None:
    opened = handover_opened(stepped_up(a_case(Status.ENGAGING)), new_id())
    assert opened
    with pytest.raises(AnotherHandover):
        handover_completed(opened.case, new_id(), MONDAY, SOUTHEND)


def test_a_worker_who_leaves_is_replaced_even_then() -> None:
    case = stepped_up(a_case(Status.ENGAGING))
    worker = Practitioner("w-other", "west", "practitioner")
    candidate = weigh(worker, Load(), case, MONDAY.date(), SOUTHEND)
    turn = allocate(case, candidate, TEAM_MANAGER, MONDAY, SOUTHEND, override_reason=None)
    assert turn.case.standing == Status.STEP_UP_PENDING
    assert turn.case.owner == Owner("practitioner", "w-other")


def test_what_came_after_the_proposal_is_told_to_social_care_by_a_person() -> None:
    case, handover_id = stepped_up(a_case(Status.ENGAGING)), new_id()
    assert asked(handover_completed(case, handover_id, MONDAY, SOUTHEND)) == []
    endangered = danger_reported(case).case
    joining = an_accepted_referral(family_id=case.family_id)
    joined = join_case(case, joining, MONDAY + A_DAY, SOUTHEND).case
    for later in (endangered, joined):
        turn = handover_completed(later, handover_id, MONDAY + A_DAY, SOUTHEND)
        assert not turn.case.is_open
        assert asked(turn) == [Asks.TELL_SOCIAL_CARE]
        assert turn.effects[-2:] == (Settle(None, "case_closed"), turn.effects[-1])


def test_new_harm_makes_a_planned_step_up_urgent_and_the_handover_goes_on_with_it() -> None:
    handover_id = new_id()
    authorised = handover_authorised(stepped_up(a_case(Status.ENGAGING)), handover_id, MANAGER)
    assert authorised
    proposal = a_proposal(urgent=True, missing=("tried",))
    at = MONDAY + A_DAY
    turn = propose_step_up(authorised.case, proposal, "w-duty", PRACTITIONER, at)
    assert isinstance(turn.facts[0], SteppedUp)
    assert (turn.facts[0].urgent, turn.facts[0].proposal_id) == (True, proposal.id)
    assert turn.case.step_up == StepUp(proposal.id, "w-duty", at, True, handover_id, MANAGER)
    for again in (proposal, a_proposal()):
        with pytest.raises(StepNotAllowed):
            propose_step_up(turn.case, again, WORKER, PRACTITIONER, at)


def test_a_planned_handover_that_ends_while_the_urgent_one_comes_releases_nothing() -> None:
    planned, urgent = new_id(), new_id()
    opened = handover_opened(stepped_up(a_case(Status.ENGAGING)), planned)
    assert opened
    assert planned_one_ended(opened.case, planned, urgent=False) is None
    case = propose_step_up(opened.case, a_proposal(urgent=True), WORKER, PRACTITIONER, MONDAY).case
    assert planned_one_ended(case, planned, urgent=True) is None
    crossed = planned_one_ended(case, planned, urgent=False)
    assert crossed
    assert crossed.case.standing == Status.STEP_UP_PENDING
    again = handover_opened(crossed.case, urgent)
    assert again
    assert handover_came_back(again.case, urgent, "declined").case.standing == Status.ENGAGING
