"""What the front door does at once when somebody says that a child or an adult is in danger."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.roles import Role
from councils.rules import CouncilRules
from councils.working_time import is_open

DANGER = "danger"
OUT_OF_HOURS = "danger_ring_out_of_hours_team"
NOT_TAKEN = "danger_not_taken"
ALARM = "danger_alarm"
ASKED_ABOUT_IT = (DANGER, NOT_TAKEN, OUT_OF_HOURS)


@dataclass(frozen=True)
class Ask:
    """An urgent prompt: what is asked, of whom, by when."""

    kind: str
    role: Role
    due: datetime


def alarm_due(at: datetime, rules: CouncilRules) -> datetime:
    """Tell when the next person is asked, if nobody has taken it: in real minutes."""
    return at + timedelta(minutes=rules.clocks.danger_alarm_minutes)


def asks_at_once(at: datetime, rules: CouncilRules) -> tuple[Ask, ...]:
    """Tell who is asked the moment danger is reported; with the desk closed, two people are."""
    first = Ask(DANGER, Role.DUTY_WORKER, alarm_due(at, rules))
    if is_open(at, rules):
        return (first,)
    return (first, Ask(OUT_OF_HOURS, Role.DUTY_MANAGER, at))


def asks_when_not_taken(at: datetime, rules: CouncilRules) -> tuple[Ask, ...]:
    """Tell who is asked when the first person did not take it in time."""
    kind = NOT_TAKEN if is_open(at, rules) else OUT_OF_HOURS
    return (Ask(kind, Role.DUTY_MANAGER, at),)
