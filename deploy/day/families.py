"""The families of the day, all invented, after the two interviews; and the text planted in them.

Everything that could tell who somebody is stands here, so that the ledger can look for it where
it must not be. Telephone numbers are Ofcom's for drama, NHS numbers are of the 999 test range.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from stdnum.gb import nhs

Form = Mapping[str, Any]

NO_DANGER = {
    "immediate_danger": "no",
    "significant_harm_suspected": "no",
    "sexual_abuse_suspected": "no",
}
SAFE = {"phone": "yes", "text": "yes", "email": "yes", "post": "yes", "visit": "yes"}
TELLING = frozenset(
    {"given_name", "family_name", "also_known_as", "phone", "email", "lines", "nhs_number"}
    | {"what", "tried", "what_happened", "reason", "views", "what_is_happening", "information"}
    | {"detail", "name"}
)
"""The fields of a form that tell who somebody is, or what was said."""


def nhs_number(serial: int) -> str:
    """Make a valid number of the test range."""
    first = 9_990_000_000 + serial * 100
    return next(str(number) for number in range(first, first + 100) if nhs.is_valid(str(number)))


def child(key: str, given: str, family: str, born: str, **more: Any) -> dict[str, Any]:
    """A child of the household."""
    person = {"key": key, "given_name": given, "family_name": family, "born": born}
    return person | {"lives_in_household": "yes"} | more


def adult(key: str, given: str, family: str, **more: Any) -> dict[str, Any]:
    """An adult of the household who can be reached safely unless told otherwise."""
    person = {"key": key, "given_name": given, "family_name": family, "safe_contact": SAFE}
    return person | {"lives_in_household": "yes"} | more


def _related(adult_: dict[str, Any], child_: dict[str, Any]) -> dict[str, str]:
    return {
        "adult": adult_["key"],
        "child": child_["key"],
        "relation": adult_.get("relation", "mother"),
        "parental_responsibility": "yes",
    }


def form(  # noqa: PLR0917 - the forms below read like forms
    reference: str,
    reason: str,
    children: list[dict[str, Any]],
    adults: list[dict[str, Any]],
    lines: list[str],
    postcode: str,
) -> dict[str, Any]:
    """A whole referral, agreed to by every adult, with one need that is not met elsewhere."""
    return {
        "version": 1,
        "agency_reference": reference,
        "danger": NO_DANGER,
        "referrer": {"name": "Wilhelmina Oxtoby", "role": "Designated safeguarding lead"},
        "reason": reason,
        "level_of_need": 3,
        "household": {
            "address": {"lines": lines, "postcode": postcode},
            "children": children,
            "adults": adults,
        },
        "relationships": [_related(a, c) for a in adults for c in children],
        "agreement": [{"person": a["key"], "agreed": "yes", "how": "in_person"} for a in adults],
        "needs": [
            {
                "need": "family_relationships",
                "what": "Mornings at home are a struggle for everybody",
                "tried": "Breakfast club and a parenting course at school",
                "what_happened": "It helped for half a term",
                "why_not_met_elsewhere": "Needs somebody who visits at home",
            }
        ],
    }


def _without_relation(person: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in person.items() if name != "relation"}


def sent(form_: dict[str, Any]) -> dict[str, Any]:
    """Give the form as it is sent, without our own notes in it."""
    household = form_["household"]
    if "adults" not in household:
        return form_
    adults = [_without_relation(each) for each in household["adults"]]
    return form_ | {"household": household | {"adults": adults}}


REVIEWED = form(
    "OAK-2026-101",
    "Attendance fell after the separation; the domestic abuse worker supports the mother",
    [
        child("c1", "Percival", "Quillfeather", "2016-04-02", nhs_number=nhs_number(1)),
        child("c2", "Ottoline", "Quillfeather", "2018-09-21", nhs_number=nhs_number(2)),
    ],
    [adult("a1", "Henrietta", "Quillfeather", phone="01632 960341")],
    ["14 Larkspur Rise", "Cockle Quarter"],
    "SS1 1AA",
)
NOBODY_ANSWERS = form(
    "OAK-2026-102",
    "The family stopped coming to appointments and the children miss nursery",
    [
        child("c1", "Leopold", "Wrenshaw", "2020-02-11"),
        child("c2", "Marigold", "Wrenshaw", "2022-06-30"),
    ],
    [adult("a1", "Cordelia", "Wrenshaw", phone="01632 960342")],
    ["3 Tamarisk Court", "Cockle Quarter"],
    "SS2 2BB",
)
NOT_WELL_AT_HOME = form(
    "OAK-2026-103",
    "Comes to school unwashed and is teased for it; old food lies about at home",
    [
        child("c1", "Barnaby", "Thackwell", "2016-01-19", nhs_number=nhs_number(3)),
        child("c2", "Clementine", "Thackwell", "2025-03-08"),
    ],
    [adult("a1", "Isadora", "Thackwell", phone="01632 960343")],
    ["27 Samphire Lane", "Cockle Quarter"],
    "SS3 3CC",
)
WITH_GRANDPARENTS = form(
    "OAK-2026-104",
    "A thirteen year old with additional needs; the grandparents struggle with daily tasks",
    [child("c1", "Evangeline", "Mossop", "2013-05-14", education_health_care_plan="no")],
    [
        adult("a1", "Bartholomew", "Mossop", phone="01632 960344", relation="grandparent"),
        adult("a2", "Winifred", "Mossop", relation="grandparent"),
    ],
    ["8 Foxglove Walk", "Cockle Quarter"],
    "SS4 4DD",
)
NEWLY_MOVED = form(
    "DAS-2026-007",
    "Moved from a neighbouring borough after domestic abuse; needs schools, a doctor, benefits",
    [
        child("c1", "Florian", "Pemberwick", "2019-10-05"),
        child("c2", "Rosalind", "Pemberwick", "2023-01-27"),
    ],
    [
        adult(
            "a1",
            "Seraphina",
            "Pemberwick",
            phone="07700 900345",
            safe_contact=SAFE | {"post": "no", "must_not_know": ["Ignatius Pemberwick"]},
        )
    ],
    ["Flat 2, 51 Bindweed Street", "Cockle Quarter"],
    "SS5 5EE",
)
NEWLY_MOVED["household"]["restricted"] = "yes"
IN_DANGER = {
    "version": 1,
    "agency_reference": "POL-2026-5521",
    "danger": {
        "immediate_danger": "yes",
        "what_is_happening": "The lad says his uncle threw him down the stairs this morning",
        "police_log_number": "0412 of today",
    },
    "referrer": {"name": "Constance Ravenhill", "role": "Sergeant"},
    "household": {"children": [{"key": "c1", "given_name": "Jocelyn"}]},
}
"""Not whole: no reason, no address, no surname. It is accepted and alarms."""
SAFETY_PLAN_KEPT = form(
    "CHI-2026-201",
    "Worries after a safety plan was not kept one weekend",
    [child("c1", "Thaddeus", "Gillyflower", "2017-12-12")],
    [adult("a1", "Araminta", "Gillyflower", phone="01632 960346")],
    ["6 Hawthorn Green", "Sedge Quarter"],
    "PO19 1AA",
)
SHOWN_ELSEWHERE = form(
    "CHI-2026-202",
    "The mother asks where to find help with a benefit form",
    [child("c1", "Wilfred", "Ashgrove", "2021-08-17")],
    [adult("a1", "Philippa", "Ashgrove", phone="01632 960347")],
    ["19 Celandine Close", "Sedge Quarter"],
    "PO19 2BB",
)
RUNG_BY_GRANDMOTHER = form(
    "unused",
    "The grandmother rang the desk: she is worried how her daughter copes",
    [child("c1", "Lysander", "Fennimore", "2018-03-03")],
    [adult("a1", "Dorothea", "Fennimore", phone="01632 960348")],
    ["2 Bluebell Row", "Sedge Quarter"],
    "PO19 3CC",
)
RUNG_BY_GRANDMOTHER["referrer"] = {
    "name": "Euphemia Fennimore",
    "kind": "relative_or_public",
    "source_code": "1A",
    "phone": "01632 960349",
}
del RUNG_BY_GRANDMOTHER["agency_reference"]

CHILDS_WORDS = "Mum smacked me hard when she had been drinking some beer"
FORMS = (
    REVIEWED,
    NOBODY_ANSWERS,
    NOT_WELL_AT_HOME,
    WITH_GRANDPARENTS,
    NEWLY_MOVED,
    IN_DANGER,
    SAFETY_PLAN_KEPT,
    SHOWN_ELSEWHERE,
    RUNG_BY_GRANDMOTHER,
)


def planted() -> tuple[str, ...]:
    """Give all text of the forms that tells who somebody is, and the child's own words."""
    found = {text for each in FORMS for text in _telling(each)}
    return tuple(sorted({CHILDS_WORDS, *(text for text in found if len(text) > 4)}))


def _telling(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _telling(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _telling(inner, name)
    elif isinstance(value, str) and name in TELLING:
        yield value
