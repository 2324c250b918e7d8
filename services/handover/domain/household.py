"""Everybody of the family as the pack tells them, once each, from what the owners told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Told = Mapping[str, Any]
"""What an owner told, as its JSON came."""


@dataclass(frozen=True)
class Sources:
    """What the owners told: each referral, the case if there is one, and our own answers."""

    referrals: tuple[Told, ...]
    case: Told | None = None
    answers: tuple[str, ...] = ()


def household(sources: Sources) -> dict[str, Any]:
    """Give the children and adults, how they belong together, and where they live."""
    people, who_is = _people(sources.referrals)
    relations = [
        {**each, **{name: who_is.get(each[name], each[name]) for name in ("adult_id", "child_id")}}
        for told in sources.referrals
        for each in told.get("relationships") or ()
    ]
    children = [_child(one, sources, who_is) for one in people if one.get("kind") == "child"]
    adults = [_adult(one, relations) for one in people if one.get("kind") != "child"]
    lived_at = (one["address"] for one in (*children, *adults) if one.get("address"))
    address = next(lived_at, None)
    restricted = any(told.get("restricted") for told in sources.referrals)
    return {
        "children": children,
        "adults": adults,
        "relationships": relations,
        "address": {**address, "restricted": restricted} if address else None,
    }


def _people(referrals: Iterable[Told]) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Give everybody once, and who each id is: what a later referral adds fills the gaps."""
    found: dict[str, dict[str, Any]] = {}
    who_is: dict[str, str] = {}
    for one in (each for told in referrals for each in told.get("people") or ()):
        who = one.get("same_as") or one["person_id"]
        who_is[one["person_id"]] = who
        found[who] = {**one, **found.get(who, {}), "person_id": who}
    return list(found.values()), who_is


def _child(one: dict[str, Any], sources: Sources, who_is: Mapping[str, str]) -> dict[str, Any]:
    """Add when the child was last seen, and the child's own words, as they were said."""
    who = one["person_id"]
    known = [
        {**each, "child_id": who_is.get(each.get("child_id"), each.get("child_id"))}
        for each in (
            *((sources.case or {}).get("children") or ()),
            *(part(sources.case, "step_up").get("child_views") or ()),
        )
    ]
    theirs = [each for each in known if each["child_id"] == who]
    seen = next((each["seen_at"] for each in theirs if each.get("seen_at")), None)
    said = [one.get("views"), *(each.get("words") for each in theirs)]
    return {**one, "seen_at": seen, "words": [words for words in said if words]}


def _adult(one: dict[str, Any], relations: Iterable[Told]) -> dict[str, Any]:
    own = [each for each in relations if each["adult_id"] == one["person_id"]]
    responsible = {each.get("parental_responsibility") for each in own}
    answers = [answer for answer in ("yes", "not_known", "no") if answer in responsible]
    return {
        **one,
        "relationship": own[0].get("relation") if own else None,
        "parental_responsibility": next(iter(answers), None),
    }


def part(told: Told | None, name: str) -> Told:
    """Give a part of what was told, or nothing where there is none."""
    part = (told or {}).get(name)
    return part if isinstance(part, Mapping) else {}
