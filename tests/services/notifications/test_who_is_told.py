"""Table C5, walked cell by cell: what each kind of referrer may be told, and never more."""

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.codes import ReferrerKind
from contracts.notifications import Milestone, SuppressedReason
from councils.audiences import MAY_HEAR
from councils.rules import load_councils
from services.notifications.domain.policy import Standing, Way, check
from services.notifications.domain.sentence import Told, values_of
from services.notifications.domain.who_is_told import AUDIENCE, C5, Telling, ceiling, telling

COUNCILS = load_councils(Path("councils"))
KINDS = tuple(ReferrerKind)
MILESTONES = tuple(Milestone.known())
CELLS = tuple(product(MILESTONES, KINDS))
SENT = (Telling.TELL, Telling.HOLD)
NEAR_THE_FAMILY = (ReferrerKind.RELATIVE_OR_PUBLIC, ReferrerKind.UNKNOWN)


def test_the_table_has_a_row_for_every_milestone() -> None:
    assert set(C5) == set(MILESTONES)


@pytest.mark.parametrize(("milestone", "kind"), CELLS)
def test_nobody_is_sent_what_the_councils_ceiling_keeps_from_them(
    milestone: Milestone, kind: ReferrerKind
) -> None:
    if ceiling(milestone, kind) in SENT:
        assert AUDIENCE[kind] in MAY_HEAR[milestone.value]


@pytest.mark.parametrize("council", COUNCILS)
@pytest.mark.parametrize(("milestone", "kind"), CELLS)
def test_no_council_can_say_more_than_the_table(
    council: str, milestone: Milestone, kind: ReferrerKind
) -> None:
    here = telling(milestone, kind, COUNCILS[council].wording)
    highest = ceiling(milestone, kind)
    assert (
        here == highest
        or (highest is Telling.TELL and here is Telling.HOLD)
        or (here is Telling.NEVER)
    )


@pytest.mark.parametrize("kind", NEAR_THE_FAMILY)
def test_a_relative_hears_nothing_of_a_step_up_a_worker_a_letter_or_an_end(
    kind: ReferrerKind,
) -> None:
    for milestone in (
        Milestone.STEP_UP,
        Milestone.ALLOCATED,
        Milestone.WAITING,
        Milestone.NO_CONTACT_LETTER,
        Milestone.CLOSED,
    ):
        assert ceiling(milestone, kind) is Telling.NEVER


@pytest.mark.parametrize("kind", NEAR_THE_FAMILY)
@pytest.mark.parametrize("milestone", MILESTONES)
def test_nothing_goes_to_a_relative_without_a_worker(
    milestone: Milestone, kind: ReferrerKind
) -> None:
    assert ceiling(milestone, kind) is not Telling.TELL


def test_a_step_up_is_never_told_without_a_workers_approval() -> None:
    for kind in KINDS:
        assert ceiling(Milestone.STEP_UP, kind) is not Telling.TELL


def test_the_family_is_never_told_of_a_step_up_or_an_end_by_a_message() -> None:
    assert ceiling(Milestone.STEP_UP, ReferrerKind.FAMILY) is Telling.IN_PERSON
    assert ceiling(Milestone.CLOSED, ReferrerKind.FAMILY) is Telling.IN_PERSON


TELL_TALE = Told(
    reference="REFERENCE",
    team="west",
    broad_reason="no_contact",
    practitioner_contact="PRACTITIONER",
    pathway_group=None,
)
THANKED_ONLY = ("PRACTITIONER", "Early Help West", "unable to reach", "waiting", "worker")


@pytest.mark.parametrize("council", COUNCILS)
@pytest.mark.parametrize(("milestone", "kind"), CELLS)
def test_the_finished_sentence_holds_nothing_that_its_reader_may_not_hear(
    council: str, milestone: Milestone, kind: ReferrerKind
) -> None:
    rules = COUNCILS[council]
    if telling(milestone, kind, rules.wording) not in SENT:
        return
    values = values_of(TELL_TALE, rules)
    said = rules.say(milestone.value, AUDIENCE[kind], values) or ""
    may_hear = MAY_HEAR[milestone.value][AUDIENCE[kind]]
    for name in set(values) - may_hear:
        assert values[name] not in said or values[name] == rules.desk.duty_phone
    if kind in NEAR_THE_FAMILY:
        assert not any(word in said for word in THANKED_ONLY)
        assert "social care" not in said


standings = st.builds(
    Standing,
    milestone=st.sampled_from(MILESTONES),
    kind=st.sampled_from(KINDS),
    approved=st.booleans(),
    stopped=st.booleans(),
    superseded=st.booleans(),
)


@given(standings)
def test_nothing_goes_that_the_table_forbids_whatever_else_is_true(standing: Standing) -> None:
    verdict = check(standing, COUNCILS["southend"].wording)
    if ceiling(standing.milestone, standing.kind) not in SENT:
        assert verdict.way is Way.SUPPRESS
        assert verdict.reason is SuppressedReason.NOT_ENTITLED


@given(standings)
def test_while_the_family_must_not_be_alerted_nothing_goes_near_it(standing: Standing) -> None:
    verdict = check(standing, COUNCILS["southend"].wording)
    if standing.stopped and standing.kind in (*NEAR_THE_FAMILY, ReferrerKind.FAMILY):
        assert verdict.way in (Way.STOP, Way.SUPPRESS)


@given(standings)
def test_what_is_held_goes_only_when_approved(standing: Standing) -> None:
    wording = COUNCILS["southend"].wording
    verdict = check(standing, wording)
    held = telling(standing.milestone, standing.kind, wording) is Telling.HOLD
    if held and not standing.approved:
        assert verdict.way is not Way.GO


@given(standings)
def test_a_schools_message_is_not_stopped_with_the_familys(standing: Standing) -> None:
    wording = COUNCILS["southend"].wording
    if standing.kind is ReferrerKind.AGENCY:
        assert check(standing, wording).way is not Way.STOP
