"""When things are due, by a council's desk: the examples a duty manager would check by hand."""

import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
from govuk_bank_holidays.bank_holidays import BankHolidays  # type: ignore[import-untyped]

from councils.bank_holidays import bank_holidays
from councils.clocks import CalendarDays, Clock, Ends, Hours, Months, WorkingDays, WorkingHours
from councils.rules import CouncilRules, load_councils
from councils.working_time import (
    LONDON,
    TimeWithoutZone,
    counts_from,
    due_after,
    is_open,
    is_working_day,
    minutes_left,
    working_days_between,
)
from tests.councils.planting import COUNCILS

RULES = load_councils(COUNCILS)["southend"]
BEFORE = Ends.CLOSE_OF_PREVIOUS_WORKING_DAY


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def closed_on(*days: date) -> CouncilRules:
    return RULES.model_copy(update={"desk": RULES.desk.model_copy(update={"closure_days": days})})


@pytest.mark.parametrize(
    ("start", "clock", "due"),
    [
        # A working day ends at the close of the next one.
        ("2026-11-23 10:00", WorkingDays(1), "2026-11-24 17:30"),
        ("2026-11-23 17:29", WorkingDays(1), "2026-11-24 17:30"),
        ("2026-11-23 08:00", WorkingDays(1), "2026-11-24 17:30"),
        ("2026-11-20 10:00", WorkingDays(1), "2026-11-23 17:30"),
        ("2026-11-23 10:00", WorkingDays(5), "2026-11-30 17:30"),
        # What comes outside hours counts from the next opening.
        ("2026-11-20 17:30", WorkingDays(1), "2026-11-24 17:30"),
        ("2026-11-20 17:35", WorkingDays(1), "2026-11-24 17:30"),
        ("2026-11-21 12:00", WorkingDays(1), "2026-11-24 17:30"),
        # Bank holidays: Easter 2026, Christmas 2026 (Boxing Day moved), New Year, Easter 2027.
        ("2026-04-02 10:00", WorkingDays(1), "2026-04-07 17:30"),
        ("2026-05-01 17:35", WorkingDays(1), "2026-05-06 17:30"),
        ("2026-12-24 10:00", WorkingDays(1), "2026-12-29 17:30"),
        ("2026-12-24 17:35", WorkingDays(1), "2026-12-30 17:30"),
        ("2026-12-31 10:00", WorkingDays(2), "2027-01-05 17:30"),
        ("2027-03-25 10:00", WorkingDays(1), "2027-03-30 17:30"),
        ("2027-12-24 10:00", WorkingDays(1), "2027-12-29 17:30"),
        # Working hours run while the desk is open.
        ("2026-11-20 16:30", WorkingHours(2), "2026-11-23 10:00"),
        ("2026-11-23 09:00", WorkingHours(8), "2026-11-23 17:00"),
        ("2026-11-23 14:00", WorkingHours(17), "2026-11-25 14:00"),
        ("2026-11-20 17:35", WorkingHours(17), "2026-11-24 17:30"),
        ("2026-12-24 17:00", WorkingHours(1), "2026-12-29 09:30"),
        # Real hours run at once: Friday evening's danger does not wait for Monday.
        ("2026-11-20 17:35", Hours(1), "2026-11-20 18:35"),
        # Ten days to answer, the last to its close of business or to that of the next opening.
        ("2026-11-23 14:00", CalendarDays(10), "2026-12-03 17:30"),
        ("2026-11-25 14:00", CalendarDays(10), "2026-12-07 17:30"),
        ("2026-12-15 14:00", CalendarDays(10), "2026-12-29 17:30"),
        # A ceiling ends before the weekend rather than after it.
        ("2026-11-23 14:00", CalendarDays(14, BEFORE), "2026-12-07 17:30"),
        ("2026-11-21 14:00", CalendarDays(14, BEFORE), "2026-12-04 17:30"),
        ("2026-11-20 18:00", CalendarDays(1, BEFORE), "2026-11-23 17:30"),
        # Months keep the day, or the last one there is.
        ("2026-11-23 14:00", Months(12), "2027-11-23 17:30"),
        ("2026-08-31 14:00", Months(6), "2027-03-01 17:30"),
        ("2028-02-29 14:00", Months(12), "2029-02-28 17:30"),
        ("2026-11-30 14:00", Months(1), "2026-12-30 17:30"),
    ],
)
def test_it_is_due_when_a_duty_manager_would_say(start: str, clock: Clock, due: str) -> None:
    assert due_after(at(start), clock, RULES) == at(due)


@pytest.mark.parametrize(
    ("start", "clock", "due"),
    [
        # The clocks go forward on Sunday 29 March 2026 and back on Sunday 25 October 2026.
        ("2026-03-27T10:00:00+00:00", WorkingDays(1), "2026-03-30T16:30:00+00:00"),
        ("2026-10-23T09:00:00+00:00", WorkingDays(1), "2026-10-26T17:30:00+00:00"),
        ("2026-03-27T17:00:00+00:00", WorkingHours(1), "2026-03-30T08:30:00+00:00"),
        ("2026-10-23T16:00:00+00:00", WorkingHours(1), "2026-10-26T09:30:00+00:00"),
        ("2026-03-29T00:30:00+00:00", Hours(1), "2026-03-29T01:30:00+00:00"),
        ("2026-10-25T00:30:00+00:00", Hours(1), "2026-10-25T01:30:00+00:00"),
        ("2026-03-20T10:00:00+00:00", CalendarDays(10), "2026-03-30T16:30:00+00:00"),
        # In summer 23:30 UTC is already tomorrow in Southend.
        ("2026-07-06T23:30:00+00:00", WorkingDays(1), "2026-07-08T16:30:00+00:00"),
    ],
)
def test_summer_time_moves_the_instant_and_not_the_time_of_day(
    start: str, clock: Clock, due: str
) -> None:
    found = due_after(datetime.fromisoformat(start), clock, RULES)
    assert found == datetime.fromisoformat(due)
    assert found.tzinfo is UTC


def test_the_council_can_close_on_days_of_its_own() -> None:
    rules = closed_on(date(2026, 12, 29), date(2026, 12, 30), date(2026, 12, 31))
    assert due_after(at("2026-12-24 10:00"), WorkingDays(1), rules) == at("2027-01-04 17:30")
    assert not is_open(at("2026-12-29 10:00"), rules)
    assert is_open(at("2026-12-29 10:00"), RULES)


@pytest.mark.parametrize(
    ("when", "is_it"),
    [
        ("2026-11-23 08:59", False),
        ("2026-11-23 09:00", True),
        ("2026-11-23 17:29", True),
        ("2026-11-23 17:30", False),
        ("2026-11-22 12:00", False),
        ("2026-12-25 12:00", False),
        ("2026-12-28 12:00", False),
    ],
)
def test_the_desk_is_open_in_office_hours_on_working_days(when: str, is_it: bool) -> None:  # noqa: FBT001 -- a column of the table
    assert is_open(at(when), RULES) is is_it


def test_working_days_between_are_the_days_a_clock_would_count() -> None:
    assert working_days_between(at("2026-11-20 17:35"), at("2026-11-24 12:00"), RULES) == 1
    assert working_days_between(at("2026-12-24 10:00"), at("2026-12-29 09:00"), RULES) == 1
    assert working_days_between(at("2026-11-23 10:00"), at("2026-11-23 17:00"), RULES) == 0
    assert working_days_between(at("2026-11-23 10:00"), at("2026-11-02 17:00"), RULES) == 0


def test_minutes_left_are_real_and_fall_below_nought_when_overdue() -> None:
    due = at("2026-11-23 15:15")
    assert minutes_left(due, at("2026-11-23 13:35")) == 100
    assert minutes_left(due, at("2026-11-23 15:16")) == -1


def test_a_time_without_its_zone_is_refused() -> None:
    with pytest.raises(TimeWithoutZone):
        counts_from(datetime(2026, 11, 23, 10, 0), RULES)  # noqa: DTZ001 -- the fault itself


def test_bank_holidays_are_those_the_government_publishes() -> None:
    published = {
        holiday["date"]
        for holiday in BankHolidays(use_cached_holidays=True).get_holidays(
            division=BankHolidays.ENGLAND_AND_WALES
        )
    }
    assert {date(2026, 12, 28), date(2027, 12, 27)} < published
    for year in (2026, 2027):
        on_weekdays = {day for day in bank_holidays(year) if day.weekday() < 5}
        assert on_weekdays == {day for day in published if day.year == year}
        assert not any(is_working_day(day, RULES) for day in on_weekdays)


def test_a_process_that_counts_no_working_day_never_loads_the_calendar() -> None:
    program = (
        "import sys, pathlib\n"
        "from councils import endpoints, rules, working_time\n"
        "from datetime import UTC, datetime\n"
        "southend = rules.load_councils(pathlib.Path('councils'))['southend']\n"
        "hour = working_time.Hours(1)\n"
        "working_time.due_after(datetime(2026, 11, 23, tzinfo=UTC), hour, southend)\n"
        "assert 'holidays' not in sys.modules\n"
        "working_time.is_open(datetime(2026, 11, 23, 10, tzinfo=UTC), southend)\n"
        "assert 'holidays' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=COUNCILS.parent)
