"""Each child's clock runs from receipt, is paused by nothing, and begins anew only when seen."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chassis.effects import Due, Settle
from services.allocation.domain.case import Case, Letter, LetterState
from services.allocation.domain.contacting import (
    HomeMustBeVisited,
    Mode,
    Outcome,
    SeenWithoutChild,
)
from services.allocation.domain.kinds import Asks, TimerKind
from services.allocation.domain.opening import join_case, open_case
from services.allocation.domain.seeing import (
    InTheFuture,
    NotAChildOfTheCase,
    child_born,
    child_still_unseen,
    consult_mash,
    see_children,
    unconsulted,
)
from services.allocation.domain.statuses import Status
from services.allocation.domain.stepping_up import propose_step_up
from tests.services.allocation.made import (
    A_DAY,
    MONDAY,
    PRACTITIONER,
    SOUTHEND,
    WORKER,
    a_case,
    a_contact,
    a_proposal,
    an_accepted_referral,
    asked,
    contacted,
    dues,
)

ASK, CONSULT = TimerKind.NOT_SEEN_ASK, TimerKind.NOT_SEEN_CONSULT


def test_the_clock_runs_from_receipt_and_not_from_acceptance() -> None:
    accepted = an_accepted_referral(received_at=MONDAY - 14 * A_DAY)
    turn = open_case(accepted.referral_id, "southend", accepted, MONDAY, SOUTHEND)
    child = accepted.child_ids[0]
    assert dues(turn, ASK, child) == [datetime(2026, 10, 26, 17, 30, tzinfo=UTC)]
    assert dues(turn, CONSULT, child) == [datetime(2026, 11, 2, 17, 30, tzinfo=UTC)]


def test_seeing_one_child_moves_no_other_childs_clock() -> None:
    case = a_case(Status.ENGAGING)
    first, second = case.children
    at = MONDAY + 3 * A_DAY
    turn = see_children(case, (first.id,), seen_at=at, seen_by=WORKER, at=at, rules=SOUTHEND)
    assert turn.case.children[0].unseen_since == at
    assert turn.case.children[1] == second
    assert {e.about for e in turn.effects if isinstance(e, Due)} == {str(first.id)}
    assert {e.about for e in turn.effects if isinstance(e, Settle)} == {str(first.id)}


def test_a_childs_voice_on_the_telephone_is_not_seeing() -> None:
    case = a_case(Status.ENGAGING)
    turn = contacted(case, a_contact(Outcome.HEARD_NOT_SEEN))
    assert turn.case.children == case.children
    for mode in (Mode.PHONE,):
        with pytest.raises(SeenWithoutChild):
            contacted(case, a_contact(Outcome.SEEN, mode, children_seen=(case.children[0].id,)))


def test_seen_names_the_children() -> None:
    with pytest.raises(SeenWithoutChild):
        contacted(a_case(Status.ENGAGING), a_contact(Outcome.SEEN, Mode.VISIT))


def test_nobody_is_seen_in_the_future_and_no_strangers_child_counts() -> None:
    case = a_case(Status.ENGAGING)
    told = {"seen_by": WORKER, "at": MONDAY, "rules": SOUTHEND}
    with pytest.raises(InTheFuture):
        see_children(case, (case.children[0].id,), seen_at=MONDAY + A_DAY, **told)  # type: ignore[arg-type]
    with pytest.raises(NotAChildOfTheCase):
        see_children(case, (case.id,), seen_at=MONDAY, **told)  # type: ignore[arg-type]


def test_an_older_sighting_moves_no_clock_back() -> None:
    case = a_case(Status.ENGAGING)
    child = replace(case.children[0], seen_at=MONDAY + 5 * A_DAY)
    case = replace(case, children=(child, case.children[1]))
    at = MONDAY + 6 * A_DAY
    turn = see_children(
        case, (child.id,), seen_at=MONDAY + A_DAY, seen_by=WORKER, at=at, rules=SOUTHEND
    )
    assert turn.case.children[0] == child
    assert not turn.effects
    assert not turn.facts


def test_neither_a_step_up_nor_an_unsafe_address_pauses_the_clock() -> None:
    case = a_case(
        Status.NO_CONTACT, post_unsafe=True, letter=Letter(MONDAY_ID, LetterState.NOT_SENT)
    )
    case = propose_step_up(case, a_proposal(), WORKER, PRACTITIONER, MONDAY).case
    late = MONDAY + 8 * A_DAY
    child = case.children[0].id
    assert asked(child_still_unseen(case, child, ASK, late, SOUTHEND)) == [Asks.ASK_WHO_HAS_SEEN]


def test_the_tenth_day_asks_for_the_mash_and_goes_on_asking() -> None:
    case, late = a_case(Status.ENGAGING), MONDAY + 15 * A_DAY
    child = case.children[0].id
    turn = child_still_unseen(case, child, CONSULT, late, SOUTHEND)
    assert turn
    assert asked(turn) == [Asks.CONSULT_MASH]
    again = [effect for effect in turn.effects if isinstance(effect, Due)]
    assert again[0].again
    assert again[0].at > late


def test_after_a_consultation_the_clock_runs_on() -> None:
    case, late = a_case(Status.ENGAGING), MONDAY + 15 * A_DAY
    assert set(unconsulted(case, late, SOUTHEND)) == {child.id for child in case.children}
    child = case.children[0].id
    consulted = consult_mash(case, (child,), late).case
    assert unconsulted(consulted, late, SOUTHEND) == (case.children[1].id,)
    assert consulted.children[0].unseen_since == MONDAY
    later = child_still_unseen(consulted, child, CONSULT, late + A_DAY, SOUTHEND)
    assert asked(later) == [Asks.ASK_WHO_HAS_SEEN]


def test_a_consultation_counts_until_the_child_is_seen_and_lost_again() -> None:
    case, late = a_case(Status.ENGAGING), MONDAY + 15 * A_DAY
    child = case.children[0].id
    case = consult_mash(case, (child,), late).case
    seen_at = late + A_DAY
    case = see_children(
        case, (child,), seen_at=seen_at, seen_by=WORKER, at=seen_at, rules=SOUTHEND
    ).case
    assert child in unconsulted(case, seen_at + 20 * A_DAY, SOUTHEND)


def test_a_further_referral_leaves_known_clocks_alone_and_starts_new_ones() -> None:
    case = a_case(Status.ENGAGING)
    joined_at = MONDAY + timedelta(days=7)
    accepted = an_accepted_referral(
        family_id=case.family_id,
        child_ids=(case.children[0].id, case.id),
        received_at=joined_at,
    )
    turn = join_case(case, accepted, joined_at, SOUTHEND)
    assert turn.case.children[:2] == case.children
    assert turn.case.children[2].unseen_since == joined_at
    assert {effect.about for effect in turn.effects if isinstance(effect, Due)} == {str(case.id)}


def a_family_expecting() -> Case:
    accepted = an_accepted_referral()
    unborn = an_accepted_referral(child_ids=accepted.child_ids, unborn_ids=accepted.child_ids[1:])
    return open_case(unborn.referral_id, "southend", unborn, MONDAY, SOUTHEND).case


def test_a_child_not_yet_born_has_no_clock_and_holds_up_no_end() -> None:
    accepted = an_accepted_referral()
    unborn_id = accepted.child_ids[1]
    expecting = accepted.model_copy(update={"unborn_ids": (unborn_id,)})
    turn = open_case(accepted.referral_id, "southend", expecting, MONDAY, SOUTHEND)
    assert dues(turn, ASK, accepted.child_ids[0])
    assert not dues(turn, ASK, unborn_id) + dues(turn, CONSULT, unborn_id)
    late = MONDAY + 40 * A_DAY
    assert child_still_unseen(turn.case, unborn_id, CONSULT, late, SOUTHEND) is None
    assert unconsulted(turn.case, late, SOUTHEND) == accepted.child_ids[:1]


def test_a_childs_clock_begins_with_its_birth_and_only_once() -> None:
    case = a_family_expecting()
    unborn, at = case.children[1].id, MONDAY + 30 * A_DAY
    turn = child_born(case, unborn, at, SOUTHEND)
    assert turn
    assert dues(turn, ASK, unborn) == [datetime(2026, 12, 9, 17, 30, tzinfo=UTC)]
    assert turn.case.children[0] == case.children[0]
    assert child_born(turn.case, unborn, at + A_DAY, SOUTHEND) is None
    assert child_born(case, case.children[0].id, at, SOUTHEND) is None


def test_who_has_been_seen_is_born() -> None:
    case, at = a_family_expecting(), MONDAY + A_DAY
    unborn = case.children[1].id
    turn = see_children(case, (unborn,), seen_at=at, seen_by=WORKER, at=at, rules=SOUTHEND)
    assert not turn.case.children[1].unborn
    assert dues(turn, CONSULT, unborn)


def test_a_further_referral_that_knows_of_the_birth_begins_the_clock() -> None:
    case, later = a_family_expecting(), MONDAY + 30 * A_DAY
    ids = tuple(child.id for child in case.children)
    accepted = an_accepted_referral(family_id=case.family_id, child_ids=ids, received_at=later)
    turn = join_case(case, accepted, later, SOUTHEND)
    assert [child.unseen_since for child in turn.case.children] == [MONDAY, later]
    assert dues(turn, ASK, ids[1])
    assert not dues(turn, ASK, ids[0])


def test_with_a_concern_about_the_home_a_video_call_does_not_stand_for_a_visit() -> None:
    case = a_case(Status.ENGAGING)
    at, child = MONDAY + A_DAY, case.children[0].id
    seen = a_contact(Outcome.SEEN, Mode.VIDEO, children_seen=(child,), at=at)
    assert contacted(case, seen).case.children[0].seen_at == at
    with pytest.raises(HomeMustBeVisited):
        contacted(case, seen, remote_allowed=False)
    for mode in (Mode.VISIT, Mode.SCHOOL):
        contacted(case, replace(seen, mode=mode), remote_allowed=False)
    heard = a_contact(Outcome.HEARD_NOT_SEEN, Mode.VIDEO)
    contacted(case, heard, remote_allowed=False)


MONDAY_ID = an_accepted_referral().referral_id
