"""Codes of the council's rules that a person typed, checked before anything is built on them."""

from chassis.facts import Malformed
from councils.rules import CouncilRules, UnknownCode


class NotACodeOfTheCouncil(Malformed):
    """The council has no team or grade of this code (422)."""

    slug = "not-a-code-of-the-council"
    title = "This council has no team or grade with this code"


def known_team(code: str, rules: CouncilRules) -> str:
    """Give a team's code back, or refuse it."""
    try:
        return rules.team(code).code
    except UnknownCode:
        raise NotACodeOfTheCouncil(field="team") from None


def known_grade(code: str, rules: CouncilRules) -> str:
    """Give a grade's code back, or refuse it."""
    try:
        return rules.grade(code).code
    except UnknownCode:
        raise NotACodeOfTheCouncil(field="grade") from None
