"""The values that a council's sentence is filled with, in the words a person would read."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from councils.rules import CouncilRules, UnknownCode

LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class Told:
    """What a sentence may need; only what C5 lets the audience hear is ever asked for."""

    reference: str
    due: date | None = None
    team: str | None = None
    team_area: str | None = None
    pathway_group: str | None = None
    broad_reason: str | None = None
    practitioner_contact: str | None = None


def values_of(told: Told, rules: CouncilRules) -> dict[str, str]:
    """Give the values by their placeholders.

    Where the worker's own contact may not be told, or is not known, the duty desk stands in.
    """
    return {
        "reference": told.reference,
        "due_date": day_in_words(told.due) if told.due else "the date we agree with you",
        "team": team_in_words(told.team, told.team_area, rules),
        "pathway_group": _pathway_group(told.pathway_group, rules),
        "practitioner_contact": told.practitioner_contact or rules.desk.duty_phone,
        "broad_reason": told.broad_reason or "support_ended",
    }


def day_in_words(moment: date) -> str:
    """Write a day, or the day of a moment, as it is said: Tuesday 3 November."""
    local = moment.astimezone(LONDON) if isinstance(moment, datetime) else moment
    return f"{local:%A} {local.day} {local:%B}"


def team_in_words(team: str | None, area: str | None, rules: CouncilRules) -> str:
    """Name the team, or the area's only one, or the service."""
    try:
        if team:
            return rules.team(team).name
        teams = rules.teams_of(area) if area else ()
    except UnknownCode:
        teams = ()
    return teams[0].name if len(teams) == 1 else "the Early Help team"


def _pathway_group(code: str | None, rules: CouncilRules) -> str:
    try:
        return rules.pathway_group(code).name if code else "support"
    except UnknownCode:
        return "support"
