"""The clocks a council sets: how long each step may take, and in which kind of time."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import PlainValidator
from pydantic_core import PydanticCustomError

from councils.kinds import Count, Section, refusal, whole_number


class Ends(StrEnum):
    """At which close of business a count of calendar days ends."""

    CLOSE_OF_NEXT_WORKING_DAY = "close_of_next_working_day"
    CLOSE_OF_PREVIOUS_WORKING_DAY = "close_of_previous_working_day"


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Close of business on the n-th working day after the day it counts from."""

    n: int


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """So many hours in which the desk is open."""

    n: int


@dataclass(frozen=True, slots=True)
class Hours:
    """Real hours, by night and at weekends too: the clocks of danger."""

    n: int


@dataclass(frozen=True, slots=True)
class CalendarDays:
    """Days by the calendar; the last of them ends at a close of business."""

    n: int
    ends: Ends = Ends.CLOSE_OF_NEXT_WORKING_DAY


@dataclass(frozen=True, slots=True)
class Months:
    """Months by the calendar, ending at a close of business as calendar days do."""

    n: int


Clock = WorkingDays | WorkingHours | Hours | CalendarDays | Months

UNITS: Final[dict[str, Callable[[int], Clock]]] = {
    "working_days": WorkingDays,
    "working_hours": WorkingHours,
    "hours": Hours,
    "calendar_days": CalendarDays,
    "months": Months,
}


def _count(unit: str, value: object) -> int:
    try:
        return whole_number(1)(value)
    except PydanticCustomError as wrong:
        raise refusal(wrong.message(), key=unit) from wrong


def _ending(table: dict[str, Any]) -> Ends:
    try:
        return Ends(table.get("ends", Ends.CLOSE_OF_NEXT_WORKING_DAY))
    except ValueError as wrong:
        raise refusal(f"must be one of {', '.join(Ends)}", key="ends") from wrong


def read_clock(value: object) -> Clock:
    """Read `{working_days = 2}` and its kin; only calendar days may say where they end."""
    if isinstance(value, Clock):
        return value
    table: dict[str, Any] = value if isinstance(value, dict) else {}
    named = [unit for unit in UNITS if unit in table]
    if len(named) != 1:
        raise refusal(f"must have exactly one of {', '.join(UNITS)}")
    unit = named[0]
    known = {unit, "ends"} if unit == "calendar_days" else {unit}
    for key in table.keys() - known:
        raise refusal("is not a key that Kinbridge knows", key=key)
    n = _count(unit, table[unit])
    return CalendarDays(n, _ending(table)) if unit == "calendar_days" else UNITS[unit](n)


def read_real_hours(value: object) -> Hours:
    """Read a clock that must run while the desk is closed."""
    clock = read_clock(value)
    if isinstance(clock, Hours):
        return clock
    raise refusal("must be in hours: a clock of danger runs while the desk is closed")


AnyClock = Annotated[Clock, PlainValidator(read_clock)]
RealHours = Annotated[Hours, PlainValidator(read_real_hours)]


class FamilyContact(Section):
    """How often, and within what time, the desk tries to reach a family before the decision."""

    attempts: Count
    within: AnyClock


class Clocks(Section):
    """Every clock of the field. A clock prompts a person; none acts on its own."""

    screening: AnyClock
    acknowledgement: AnyClock
    danger_alarm_minutes: Count
    agreement_chase: AnyClock
    family_contact: FamilyContact
    decision: AnyClock
    decision_notice: AnyClock
    notice_unsettled: AnyClock
    allocation: AnyClock
    first_contact: AnyClock
    visit_by: AnyClock
    no_contact_answer: AnyClock
    not_seen_ask: AnyClock
    not_seen_consult: AnyClock
    closure_confirmation: AnyClock
    open_case_alert: AnyClock
    handover_authorise: AnyClock
    handover_authorise_urgent: RealHours
    handover_acknowledge: AnyClock
    handover_acknowledge_urgent: RealHours
    before_home_minutes: Count
    handover_send_failed_after: RealHours
    handover_decision: AnyClock
    joint_visit: AnyClock
