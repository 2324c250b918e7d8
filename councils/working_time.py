"""When something is due: working days and hours of a council's desk, in the time of its clocks."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, assert_never
from zoneinfo import ZoneInfo

from councils.bank_holidays import bank_holidays
from councils.clocks import CalendarDays, Clock, Ends, Hours, Months, WorkingDays, WorkingHours
from councils.rules import CouncilRules

LONDON: Final = ZoneInfo("Europe/London")
_SATURDAY: Final = 5
_A_DAY: Final = timedelta(days=1)


class TimeWithoutZone(ValueError):  # noqa: N818 -- errors are named for the fact
    """A time without its zone could be an hour off, so it is refused."""


def due_after(start: datetime, clock: Clock, rules: CouncilRules) -> datetime:
    """Return the instant (UTC) at which a clock that started then runs out.

    Working time that starts while the desk is closed counts from its next opening; real hours
    run at once, at night and at weekends too.
    """
    match clock:
        case WorkingDays(n):
            return _close(_nth_working_day(counts_from(start, rules), n, rules), rules)
        case WorkingHours(n):
            return _after_open_time(counts_from(start, rules), timedelta(hours=n), rules)
        case Hours(n):
            return _utc(start) + timedelta(hours=n)
        case CalendarDays(n, ends):
            return _close_around(start, _london(start).date() + n * _A_DAY, ends, rules)
        case Months(n):
            day = _months_later(_london(start).date(), n)
            return _close_around(start, day, Ends.CLOSE_OF_NEXT_WORKING_DAY, rules)
        case _:
            assert_never(clock)


def is_working_day(day: date, rules: CouncilRules) -> bool:
    """Say whether the desk opens on that day at all."""
    return (
        day.weekday() < _SATURDAY
        and day not in rules.desk.closure_days
        and day not in bank_holidays(day.year)
    )


def is_open(at: datetime, rules: CouncilRules) -> bool:
    """Say whether the desk is open; at the minute of closing it is closed."""
    local = _london(at)
    in_hours = rules.desk.opens <= local.time() < rules.desk.closes
    return in_hours and is_working_day(local.date(), rules)


def counts_from(start: datetime, rules: CouncilRules) -> datetime:
    """Return the start itself (UTC) while the desk is open, else its next opening."""
    if is_open(start, rules):
        return _utc(start)
    local = _london(start)
    day = local.date() if local.time() < rules.desk.opens else local.date() + _A_DAY
    return _at(next(_working_days_from(day, rules)), rules.desk.opens)


def working_days_between(earlier: datetime, later: datetime, rules: CouncilRules) -> int:
    """Return how many working days after the day it counts from have begun; never below 0."""
    day, last = _london(counts_from(earlier, rules)).date() + _A_DAY, _london(later).date()
    days = (day + n * _A_DAY for n in range((last - day).days + 1))
    return sum(is_working_day(day, rules) for day in days)


def minutes_left(due: datetime, now: datetime) -> int:
    """Return the whole real minutes until it is due; below 0 once it is overdue."""
    return (_utc(due) - _utc(now)) // timedelta(minutes=1)


def _nth_working_day(start: datetime, n: int, rules: CouncilRules) -> date:
    days = _working_days_from(_london(start).date() + _A_DAY, rules)
    return next(day for number, day in enumerate(days, start=1) if number == n)


def _working_days_from(day: date, rules: CouncilRules) -> Iterator[date]:
    while True:
        if is_working_day(day, rules):
            yield day
        day += _A_DAY


def _after_open_time(start: datetime, left: timedelta, rules: CouncilRules) -> datetime:
    at = start
    for day in _working_days_from(_london(start).date(), rules):
        at = max(at, _at(day, rules.desk.opens))
        open_time = _close(day, rules) - at
        if left <= open_time:
            break
        left -= open_time
    return at + left


def _close_around(start: datetime, day: date, ends: Ends, rules: CouncilRules) -> datetime:
    """Return a close of business on that day or beside it, but never one before the start."""
    if ends is Ends.CLOSE_OF_PREVIOUS_WORKING_DAY:
        earlier = day
        while not is_working_day(earlier, rules):
            earlier -= _A_DAY
        if _close(earlier, rules) > _utc(start):
            return _close(earlier, rules)
    return _close(next(_working_days_from(day, rules)), rules)


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + years, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError  # pragma: no cover -- every month has 28 days


def _close(day: date, rules: CouncilRules) -> datetime:
    return _at(day, rules.desk.closes)


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=LONDON).astimezone(UTC)


def _london(at: datetime) -> datetime:
    return _utc(at).astimezone(LONDON)


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise TimeWithoutZone("A time without its zone cannot be counted from.")
    return at.astimezone(UTC)
