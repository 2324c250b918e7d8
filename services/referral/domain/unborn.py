"""A child not yet born, referred very early, is watched until early help may begin."""

from datetime import UTC, date, datetime, time, timedelta

WEEKS_OF_PREGNANCY = 40
LONGEST_OVER = 2
"""Weeks beyond the day expected after which a child is born."""
WATCH = "unborn_watch"
BIRTH = "birth_to_record"


def watch_until(expected: date, minimum_weeks: int) -> datetime:
    """Tell when the pregnancy reaches the weeks from which a council helps."""
    return _morning(expected - timedelta(weeks=WEEKS_OF_PREGNANCY - minimum_weeks))


def birth_known_by(expected: date) -> datetime:
    """Tell when a birth that nobody has put on record is asked about."""
    return _morning(expected + timedelta(weeks=LONGEST_OVER))


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(9), tzinfo=UTC)
