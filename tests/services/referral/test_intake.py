"""What a body says is read as far as it can be, whatever its shape."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.referral.intake.gaps import Asked
from services.referral.intake.projection import found_in
from services.referral.intake.reading import read
from tests.making.referrals import a_child, a_mother, a_referral

ASKED = Asked(by_agency=True, has_key=False, today=date(2026, 11, 22))


def told(body: object) -> dict[str, str]:
    """Give the problems of a body as field -> type."""
    reading = read(json.dumps(body).encode(), ASKED)
    return {".".join(map(str, p["loc"])): str(p["type"]) for p in reading.problems}


def test_a_whole_referral_has_nothing_to_put_right() -> None:
    assert told(a_referral()) == {}


@pytest.mark.parametrize("yes", ["yes", "Yes", " YES ", True, "true", "y", 1])
@pytest.mark.parametrize(
    "shape",
    [
        lambda yes: {"danger": {"immediate_danger": yes}},
        lambda yes: {"danger": {"sexual_abuse_suspected": yes, "what_is_happening": 7}},
        lambda yes: {"danger": yes},
        lambda yes: {"significant_harm_suspected": yes, "danger": []},
    ],
)
def test_a_yes_is_read_wherever_and_however_it_stands(shape: Any, yes: object) -> None:
    assert read(json.dumps(shape(yes)).encode(), ASKED).danger


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{}", b'{"danger": {"immediate_danger": "no"}}']
)
def test_no_danger_is_made_up(body: bytes) -> None:
    assert not read(body, ASKED).danger


@settings(max_examples=150, deadline=None)
@given(body=st.binary(max_size=200))
def test_no_bytes_break_the_reading(body: bytes) -> None:
    assert not read(body, ASKED).whole


leaves: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just([]) | st.just({})
)


@settings(max_examples=150, deadline=None)
@given(where=st.sampled_from(sorted(a_referral())), what=leaves)
def test_one_wrong_part_costs_that_part_alone(where: str, what: object) -> None:
    reading = read(json.dumps(a_referral() | {where: what}).encode(), ASKED)
    if where != "household":
        assert reading.form.household.children[0].given_name == "Invented"
    if where != "reason":
        assert reading.form.reason == "An invented worry."


def test_a_letter_to_a_father_elsewhere_does_not_go_to_the_mothers_door() -> None:
    referral = a_referral()
    father = a_mother("a2", lives_in_household="no")
    unasked = a_mother("a3") | {"lives_in_household": "not_known"}
    referral["household"]["adults"] += [father, unasked]
    found = found_in(read(json.dumps(referral).encode(), ASKED).form)
    lives = {one.person.key: one.person.address is not None for one in found.people}
    assert lives == {"c1": True, "a1": True, "a2": False, "a3": False}


def test_people_point_only_at_people_of_the_form() -> None:
    referral = a_referral(agreement=[{"person": "nobody", "agreed": "yes"}])
    referral["relationships"][0]["child"] = "a1"
    assert told(referral) == {
        "agreement.0.person": "unknown_person",
        "relationships.0.child": "unknown_person",
    }


def test_a_child_is_either_born_or_expected() -> None:
    referral = a_referral()
    referral["household"]["children"] = [
        a_child(expected="2027-01-01"),
        a_child("c2", born="2031-01-01"),
    ]
    referral["relationships"] = []
    assert told(referral) == {
        "household.children.0.expected": "born_and_expected",
        "household.children.1.born": "date_past",
    }


def test_numbers_are_checked_and_kept_plain_but_never_needed() -> None:
    referral = a_referral()
    referral["household"]["children"] = [
        a_child(nhs_number="999 000 0018", upn="L882200100001"),
        a_child("c2"),
    ]
    reading = read(json.dumps(referral).encode(), ASKED)
    assert reading.whole
    assert reading.form.household.children[0].nhs_number == "9990000018"
    assert reading.form.household.adults[0].phone == "+441632960111"
