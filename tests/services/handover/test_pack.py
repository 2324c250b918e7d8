"""The pack tells everybody once, keeps its source, and has one hash for one content."""

from pathlib import Path
from typing import Any

import pytest

from chassis.clocks import new_id, wall_now
from councils.rules import load_councils
from deploy.simulators.care import Transfer
from services.handover.domain.handover import Handover
from services.handover.domain.household import Sources
from services.handover.domain.opening import open_from_step_up
from services.handover.domain.pack import Content, body_of, compose, sha256_of
from tests.making.handing_over import (
    CHILD,
    TUESDAY,
    a_case_told,
    a_referral_told,
    a_step_up,
)

RULES = load_councils(Path("councils"))["southend"]


def a_handover() -> Handover:
    return open_from_step_up(new_id(), "southend", a_step_up(), TUESDAY, RULES).handover


def a_pack(*referrals: dict[str, Any], handover: Handover | None = None) -> Content:
    sources = Sources(referrals or (a_referral_told(),), a_case_told())
    return compose(handover or a_handover(), sources, RULES)


def test_a_child_of_two_referrals_is_told_once_with_what_each_knew() -> None:
    later = a_referral_told()
    other = str(new_id())
    child = later["people"][0]
    later["people"] = [child | {"person_id": other, "same_as": str(CHILD), "upn": "A1"}]
    later["relationships"][0]["child_id"] = other
    later["relationships"][0]["adult_id"] = other
    household = a_pack(a_referral_told(), later)["household"]
    (told,) = household["children"]
    assert (told["person_id"], told["upn"], told["given_name"]) == (str(CHILD), "A1", "Robin")
    assert {each["child_id"] for each in household["relationships"]} == {str(CHILD)}


def test_an_address_that_is_restricted_says_so() -> None:
    told = a_referral_told() | {"restricted": True}
    assert a_pack(told)["household"]["address"]["restricted"] is True


def test_the_same_content_has_the_same_hash_and_any_other_another() -> None:
    handover = a_handover()
    first, again = a_pack(handover=handover), a_pack(handover=handover)
    changed = a_referral_told()
    changed["people"][1]["given_name"] = "Sam"
    assert sha256_of(first) == sha256_of(again) != sha256_of(a_pack(changed, handover=handover))


def test_a_care_system_can_read_the_pack() -> None:
    content = a_pack()
    body = body_of(content, new_id(), 1, sha256_of(content), wall_now())
    read = Transfer.model_validate(body)
    assert (read.source, read.original_source, read.agreement) == ("5D", "2A", "given")
    assert read.household.children[0].seen_at is not None
    assert read.household.address is not None
    assert read.household.address.postcode == "SS1 1AA"


@pytest.mark.parametrize("missing", ["people", "relationships", "told", "source_code"])
def test_a_pack_that_lacks_something_can_still_leave(missing: str) -> None:
    told = a_referral_told()
    del told[missing]
    content = a_pack(told)
    Transfer.model_validate(body_of(content, new_id(), 1, sha256_of(content), None))
