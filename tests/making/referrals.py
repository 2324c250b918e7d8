"""Invented referrals, as an agency's software would send them."""

from typing import Any
from uuid import uuid4

NO_DANGER = {
    "immediate_danger": "no",
    "significant_harm_suspected": "no",
    "sexual_abuse_suspected": "no",
}


def a_child(key: str = "c1", **other: Any) -> dict[str, Any]:
    """Make a child of school age."""
    sound = {
        "key": key,
        "given_name": "Invented",
        "family_name": "Example",
        "born": "2015-03-04",
        "sex": "F",
        "school": {"name": "Invented Primary School", "urn": "123456"},
        "where_now": {"place": "school", "goes_home_at": "2026-11-23T15:15:00Z"},
    }
    return sound | other


def a_mother(key: str = "a1", **other: Any) -> dict[str, Any]:
    """Make a mother who lives in the household and may safely be rung and written to."""
    sound = {
        "key": key,
        "given_name": "Fictional",
        "family_name": "Example",
        "born": "1990-01-02",
        "lives_in_household": "yes",
        "phone": "01632 960111",
        "email": "mother@example.org",
        "safe_contact": {
            "phone": "yes",
            "text": "yes",
            "email": "yes",
            "post": "yes",
            "visit": "yes",
            "perpetrator_at_address": "no",
        },
    }
    return sound | other


def a_referral(**other: Any) -> dict[str, Any]:
    """Make a whole referral without danger; a new reference each time."""
    sound: dict[str, Any] = {
        "agency_reference": f"ref-{uuid4().hex[:12]}",
        "danger": NO_DANGER,
        "referrer": {
            "name": "Invented Head",
            "role": "head teacher",
            "phone": "01632 960122",
            "email": "head@school.example",
        },
        "reason": "An invented worry.",
        "level_of_need": 3,
        "household": {
            "address": {"lines": ["1 Invented Road", "Southend-on-Sea"], "postcode": "SS1 1AA"},
            "restricted": "no",
            "home_conditions_concern": "no",
            "children": [a_child()],
            "adults": [a_mother()],
        },
        "relationships": [
            {
                "adult": "a1",
                "child": "c1",
                "relation": "mother",
                "parental_responsibility": "yes",
            }
        ],
        "agreement": [{"person": "a1", "agreed": "yes", "how": "in_person"}],
        "needs": [
            {
                "need": "family_relationships",
                "what": "An invented need.",
                "tried": "An invented attempt.",
                "what_happened": "It did not last.",
                "why_not_met_elsewhere": "An invented reason.",
            }
        ],
    }
    return sound | other


def with_danger(**answers: str) -> dict[str, str]:
    """Answer the danger questions, one of them with yes."""
    return NO_DANGER | {"immediate_danger": "yes"} | answers


def an_acceptance() -> dict[str, Any]:
    """Make a duty manager's decision to accept a family that could not be reached."""
    return {
        "decision": "accepted",
        "pathway": "practitioner_short",
        "team_area": "southend_west",
        "level": 3,
        "reason": "An invented reason.",
        "unmet_need": "An invented need.",
        "family_not_contacted_because": "An invented reason.",
    }
