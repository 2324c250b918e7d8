"""Calls, a visit, a letter where post is safe, its days; then a person decides, never a timer."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chassis.clocks import new_id
from chassis.effects import Settle
from contracts.allocation import ClosureReason, NoContactStep
from contracts.notifications import LetterNotSentReason
from services.allocation.domain.case import Case, Checklist, Letter, LetterState
from services.allocation.domain.closing import (
    Blocker,
    ClosureBlocked,
    NotOnTheNoContactRoad,
    blockers,
    confirm_closure,
    propose_closure,
)
from services.allocation.domain.contacting import Mode, NotAnAdultOfTheCase, Outcome
from services.allocation.domain.facts import (
    FirstReached,
    LetterUnanswered,
    LetterWanted,
    NotReached,
)
from services.allocation.domain.kinds import Asks, TimerKind
from services.allocation.domain.no_contact import (
    LetterOnItsWay,
    MoreToTry,
    Route,
    ask_for_letter,
    letter_dispatched,
    letter_not_sent,
    letter_unanswered,
)
from services.allocation.domain.statuses import Status
from services.allocation.domain.turn import Turn
from tests.services.allocation.made import (
    A_DAY,
    MANAGER,
    MONDAY,
    PRACTITIONER,
    SOUTHEND,
    TEAM_MANAGER,
    WORKER,
    a_case,
    a_contact,
    a_family_not_reached,
    asked,
    contacted,
    dues,
    stopped,
)

SAFE = Route(post_is_safe=True, letter_person_id=new_id())


def a_letter(case: Case, *routes: Route) -> Turn:
    return ask_for_letter(
        case, new_id(), routes or (SAFE,), by=WORKER, roles=PRACTITIONER, rules=SOUTHEND
    )


def a_letter_left_unanswered(case: Case | None = None) -> Case:
    case = a_letter(case or a_family_not_reached()).case
    assert case.letter
    sent = letter_dispatched(case, case.letter.id, MONDAY, SOUTHEND)
    assert sent
    unanswered = letter_unanswered(sent.case)
    assert unanswered
    return unanswered.case


def proposed(case: Case, checklist: Checklist | None = None) -> Case:
    return propose_closure(
        case,
        closure_id=new_id(),
        reason=ClosureReason.NO_CONTACT,
        checklist=checklist or Checklist(),
        by=WORKER,
        roles=PRACTITIONER,
        at=MONDAY,
        rules=SOUTHEND,
    ).case


def test_calls_and_a_visit_without_an_answer_lead_to_the_no_contact_road() -> None:
    case = a_case(Status.ALLOCATED)
    turn = contacted(case, a_contact(Outcome.NO_ANSWER))
    assert turn.case.status == Status.ALLOCATED
    assert isinstance(turn.facts[0], NotReached)
    assert turn.facts[0].step == NoContactStep.CALL
    assert a_family_not_reached().status == Status.NO_CONTACT


def test_the_letter_waits_for_calls_and_visit() -> None:
    case = contacted(a_case(Status.ALLOCATED), a_contact(Outcome.NO_ANSWER)).case
    with pytest.raises(MoreToTry) as refused:
        a_letter(case)
    assert refused.value.members["missing"] == ["calls", "visit"]


def test_a_safe_letter_goes_once() -> None:
    turn = a_letter(a_family_not_reached())
    assert isinstance(turn.facts[0], LetterWanted)
    with pytest.raises(LetterOnItsWay):
        a_letter(turn.case)


@pytest.mark.parametrize(
    "routes",
    [
        (Route(post_is_safe=False, letter_person_id=new_id()),),
        (Route(post_is_safe=True, letter_person_id=None),),
        (SAFE, Route(post_is_safe=False, letter_person_id=new_id())),
    ],
    ids=["post_unsafe", "nobody_to_write_to", "unsafe_by_one_referral"],
)
def test_with_a_perpetrator_at_the_address_no_letter_goes_and_no_days_run(
    routes: tuple[Route, ...],
) -> None:
    turn = a_letter(a_family_not_reached(), *routes)
    assert not turn.facts
    assert turn.case.letter is None
    assert asked(turn) == [Asks.ANOTHER_SAFE_ROUTE]
    assert not dues(turn, TimerKind.NO_CONTACT_ANSWER)


def test_ten_days_run_from_dispatch_to_the_close_of_a_working_day() -> None:
    case = a_letter(a_family_not_reached()).case
    assert case.letter
    turn = letter_dispatched(case, case.letter.id, MONDAY, SOUTHEND)
    assert turn
    assert dues(turn, TimerKind.NO_CONTACT_ANSWER) == [datetime(2026, 11, 12, 17, 30, tzinfo=UTC)]


def test_days_that_run_out_ask_a_person_and_close_nothing() -> None:
    case = a_letter(a_family_not_reached()).case
    assert case.letter
    sent = letter_dispatched(case, case.letter.id, MONDAY, SOUTHEND)
    assert sent
    turn = letter_unanswered(sent.case)
    assert turn
    assert isinstance(turn.facts[0], LetterUnanswered)
    assert asked(turn) == [Asks.LETTER_UNANSWERED]
    assert turn.case.status == Status.NO_CONTACT
    assert letter_unanswered(turn.case) is None


def test_only_a_verified_adult_ends_the_road() -> None:
    case = a_letter(a_family_not_reached()).case
    spoke = a_contact(Outcome.SPOKE_TO_ADULT)
    assert contacted(case, spoke).case.status == Status.NO_CONTACT
    child = case.children[0].id
    seen = a_contact(Outcome.SEEN, Mode.SCHOOL, children_seen=(child,))
    assert contacted(case, seen).case.status == Status.NO_CONTACT
    turn = contacted(case, replace(spoke, verified_adult_id=case.adult_ids[0]))
    assert turn.case.status == Status.ENGAGING
    assert turn.case.letter
    assert turn.case.letter.state == LetterState.ANSWERED
    assert TimerKind.NO_CONTACT_ANSWER in stopped(turn)


def test_an_adult_who_never_agreed_cannot_answer_for_the_family() -> None:
    case = a_family_not_reached()
    spoke = a_contact(Outcome.SPOKE_TO_ADULT, verified_adult_id=case.adult_ids[0])
    with pytest.raises(NotAnAdultOfTheCase):
        contacted(case, spoke, agreed={new_id()})
    with pytest.raises(NotAnAdultOfTheCase):
        contacted(case, replace(spoke, verified_adult_id=new_id()))


def test_a_letter_that_leaves_after_the_answer_starts_no_days() -> None:
    case = a_letter(a_family_not_reached()).case
    spoke = a_contact(Outcome.SPOKE_TO_ADULT, verified_adult_id=case.adult_ids[0])
    answered = contacted(case, spoke).case
    assert answered.letter
    assert letter_dispatched(answered, answered.letter.id, MONDAY, SOUTHEND) is None


def test_a_returned_letter_stops_the_days_and_asks_for_another_route() -> None:
    case = a_letter_left_unanswered()
    assert case.letter
    turn = letter_not_sent(case, case.letter.id, LetterNotSentReason.RETURNED)
    assert turn
    assert turn.case.post_unsafe
    assert asked(turn) == [Asks.ANOTHER_SAFE_ROUTE]


def test_closing_for_lack_of_contact_needs_the_road_to_have_been_walked() -> None:
    with pytest.raises(NotOnTheNoContactRoad):
        proposed(a_case(Status.ENGAGING))
    case = proposed(a_letter(a_family_not_reached()).case)
    assert blockers(case, MONDAY, SOUTHEND) == (Blocker.LETTER,)
    case = proposed(a_letter_left_unanswered())
    assert blockers(case, MONDAY, SOUTHEND) == ()


def test_without_safe_post_another_route_must_have_been_tried() -> None:
    unsafe = Route(post_is_safe=False, letter_person_id=new_id())
    case = a_letter(a_family_not_reached(), unsafe).case
    assert blockers(proposed(case), MONDAY, SOUTHEND) == (Blocker.OTHER_ROUTE,)
    assert blockers(proposed(case, Checklist(other_safe_route_tried=True)), MONDAY, SOUTHEND) == ()


def test_no_closure_over_an_unseen_child_without_the_mash() -> None:
    case, late = proposed(a_letter_left_unanswered()), MONDAY + 15 * A_DAY
    with pytest.raises(ClosureBlocked) as refused:
        confirm_closure(case, MANAGER, TEAM_MANAGER, late, SOUTHEND)
    assert refused.value.members["blockers"] == [Blocker.CHILD_UNSEEN]
    consulted = replace(
        case, children=tuple(replace(child, consulted_at=late) for child in case.children)
    )
    assert not confirm_closure(consulted, MANAGER, TEAM_MANAGER, late, SOUTHEND).case.is_open


def test_an_answer_after_the_proposal_keeps_the_case_open() -> None:
    case = proposed(a_letter_left_unanswered())
    spoke = a_contact(Outcome.SPOKE_TO_ADULT, verified_adult_id=case.adult_ids[0])
    turn = contacted(case, spoke)
    assert turn.case.status == Status.ENGAGING
    assert turn.case.closure is None
    assert asked(turn) == [Asks.CLOSURE_ANSWERED]


def test_a_letter_of_another_time_is_not_this_one() -> None:
    case = replace(a_family_not_reached(), letter=Letter(new_id(), LetterState.REQUESTED))
    assert letter_dispatched(case, new_id(), MONDAY, SOUTHEND) is None


def test_a_letter_that_leaves_after_the_end_starts_no_days() -> None:
    case = a_letter(a_family_not_reached()).case
    assert case.letter
    closed = replace(case, status=Status.CLOSED, closed_at=MONDAY)
    assert letter_dispatched(closed, case.letter.id, MONDAY, SOUTHEND) is None


def test_an_answer_to_the_letter_is_the_first_contact_and_told_once() -> None:
    case = a_letter(a_family_not_reached()).case
    turn = contacted(case, a_contact(Outcome.SPOKE_TO_ADULT, verified_adult_id=case.adult_ids[0]))
    assert turn.facts == (FirstReached(),)
    assert turn.case.first_contact_at == MONDAY
    assert TimerKind.FIRST_CONTACT in stopped(turn)
    assert contacted(turn.case, a_contact(Outcome.SPOKE_TO_ADULT)).facts == ()


def test_where_everybody_took_agreement_back_no_other_adult_answers_for_them() -> None:
    case = a_family_not_reached()
    spoke = a_contact(Outcome.SPOKE_TO_ADULT, verified_adult_id=case.adult_ids[0])
    with pytest.raises(NotAnAdultOfTheCase):
        contacted(case, spoke, agreed=())


def test_a_letter_that_may_go_after_all_answers_what_was_asked_before() -> None:
    settled = {e.kind for e in a_letter(a_family_not_reached()).effects if isinstance(e, Settle)}
    assert settled == {Asks.ANOTHER_SAFE_ROUTE, Asks.LETTER_UNANSWERED}
