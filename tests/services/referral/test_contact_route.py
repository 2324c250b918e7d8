"""The one function that hands out a contact route, read as a table of what may and may not be."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.referral.domain.contact_route import Around, Mode, WhyNot, contact_route
from services.referral.intake.kinds import Answer
from services.referral.intake.people import Address, Adult, SafeContact

HOME = Address(lines=("1 Invented Road",), postcode="SS1 1AA")
CALM = Around(restricted=False, with_safeguarding=False)
ALL_YES = {mode.value: "yes" for mode in Mode}


def a_person(safe: dict[str, str], **other: object) -> Adult:
    known = {"phone": "+441632960111", "email": "a@example.org", "address": HOME}
    return Adult(**(known | {"safe_contact": SafeContact(**safe)} | other))


def test_whoever_said_yes_to_every_way_may_be_reached_by_every_way() -> None:
    assert all(contact_route(a_person(ALL_YES), CALM).modes.values())


def test_unasked_nothing_is_written_that_somebody_else_could_read() -> None:
    route = contact_route(a_person({}), CALM)
    assert [mode for mode in Mode if route.allows(mode)] == [Mode.PHONE, Mode.VISIT]
    assert route.why_not[Mode.POST] is WhyNot.NOT_ASKED


@pytest.mark.parametrize("mode", Mode)
def test_a_way_said_to_be_unsafe_is_never_taken(mode: Mode) -> None:
    route = contact_route(a_person(ALL_YES | {mode.value: "no"}), CALM)
    assert route.why_not[mode] is WhyNot.SAID_UNSAFE


def test_with_a_perpetrator_at_the_address_only_a_number_said_to_be_safe_is_rung() -> None:
    at_home = {"perpetrator_at_address": "yes"}
    assert [
        m for m, safe in contact_route(a_person(ALL_YES | at_home), CALM).modes.items() if safe
    ] == [Mode.PHONE]
    assert not any(contact_route(a_person(at_home), CALM).modes.values())


def test_one_child_who_says_so_is_enough() -> None:
    mother = a_person(ALL_YES | {"perpetrator_at_address": "no"})
    child = a_person({"perpetrator_at_address": "yes"})
    route = contact_route(mother, Around(False, False, (child,)))
    assert route.why_not[Mode.POST] is WhyNot.PERPETRATOR_AT_ADDRESS


def test_an_adult_who_poses_a_risk_elsewhere_does_not_close_the_post() -> None:
    elsewhere = Address(lines=("2 Other Road",), postcode="SS2 2BB")
    father = a_person({}, poses_risk="yes", address=elsewhere)
    assert contact_route(a_person(ALL_YES), Around(False, False, (father,))).allows(Mode.POST)
    same_home = a_person({}, poses_risk="yes")
    route = contact_route(a_person(ALL_YES), Around(False, False, (same_home,)))
    assert not route.allows(Mode.POST)


def test_nobody_is_led_to_the_adult_who_poses_the_risk() -> None:
    assert not any(contact_route(a_person(ALL_YES, poses_risk="yes"), CALM).modes.values())


def test_a_restricted_address_never_gets_a_letter() -> None:
    route = contact_route(a_person(ALL_YES), Around(restricted=True, with_safeguarding=False))
    assert route.why_not[Mode.POST] is WhyNot.RESTRICTED
    assert route.allows(Mode.PHONE)


def test_while_safeguarding_has_it_nothing_written_tips_anybody_off() -> None:
    route = contact_route(a_person(ALL_YES), Around(restricted=False, with_safeguarding=True))
    assert [mode for mode in Mode if route.allows(mode)] == [Mode.PHONE, Mode.VISIT]


answers = st.fixed_dictionaries(
    {name: st.sampled_from([None, *Answer]) for name in (*ALL_YES, "perpetrator_at_address")}
)


@settings(max_examples=200, deadline=None)
@given(safe=answers, restricted=st.booleans(), safeguarding=st.booleans())
def test_a_letter_goes_only_where_every_answer_allows_it(
    safe: dict[str, Answer | None], *, restricted: bool, safeguarding: bool
) -> None:
    person = a_person(safe)  # type: ignore[arg-type]
    allowed = contact_route(person, Around(restricted, safeguarding)).allows(Mode.POST)
    assert allowed == (
        safe["post"] is Answer.YES
        and safe["perpetrator_at_address"] is not Answer.YES
        and not restricted
        and not safeguarding
    )
