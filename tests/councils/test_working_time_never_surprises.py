"""What holds for every clock and every start, whatever the calendar does."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from councils.clocks import CalendarDays, Clock, Ends, Hours, Months, WorkingDays, WorkingHours
from councils.rules import load_councils
from councils.working_time import counts_from, due_after, is_open, working_days_between
from tests.councils.planting import COUNCILS

RULES = load_councils(COUNCILS)["southend"]
STARTS = st.integers(0, 900 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
OFFICE_CLOCKS: st.SearchStrategy[Clock] = st.one_of(
    st.builds(WorkingDays, st.integers(1, 15)),
    st.builds(WorkingHours, st.integers(1, 60)),
    st.builds(CalendarDays, st.integers(1, 30), st.sampled_from(Ends)),
    st.builds(Months, st.integers(1, 14)),
)
CLOCKS = OFFICE_CLOCKS | st.builds(Hours, st.integers(1, 72))
A_MOMENT = timedelta(microseconds=1)
capped = settings(max_examples=120, deadline=None)


@capped
@given(start=STARTS, clock=CLOCKS)
def test_nothing_is_due_before_it_starts(start: datetime, clock: Clock) -> None:
    due = due_after(start, clock, RULES)
    assert due > start
    assert due.tzinfo is UTC


@capped
@given(start=STARTS, clock=OFFICE_CLOCKS)
def test_what_a_desk_must_do_is_due_while_the_desk_can_do_it(start: datetime, clock: Clock) -> None:
    due = due_after(start, clock, RULES)
    assert is_open(due - A_MOMENT, RULES)


@capped
@given(start=STARTS, later=st.timedeltas(timedelta(0), timedelta(days=20)), clock=CLOCKS)
def test_what_starts_later_is_never_due_earlier(
    start: datetime, later: timedelta, clock: Clock
) -> None:
    assert due_after(start, clock, RULES) <= due_after(start + later, clock, RULES)


@capped
@given(start=STARTS, clock=CLOCKS)
def test_a_longer_clock_is_never_due_earlier(start: datetime, clock: Clock) -> None:
    assert due_after(start, clock, RULES) <= due_after(start, replace(clock, n=clock.n + 1), RULES)


@capped
@given(start=STARTS, n=st.integers(1, 15))
def test_so_many_working_days_lie_between_a_start_and_its_due_time(start: datetime, n: int) -> None:
    assert working_days_between(start, due_after(start, WorkingDays(n), RULES), RULES) == n


@capped
@given(start=STARTS)
def test_a_clock_counts_from_an_open_desk(start: datetime) -> None:
    counted = counts_from(start, RULES)
    assert counted >= start
    assert is_open(counted, RULES)
    assert (counted == start) == is_open(start, RULES)
