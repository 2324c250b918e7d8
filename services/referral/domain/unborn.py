"""A child not yet born, referred very early, is watched until early help may begin."""

from datetime import UTC, date, datetime, time, timedelta

WEEKS_OF_PREGNANCY = 40
WATCH = "unborn_watch"


def watch_until(expected: date, minimum_weeks: int) -> datetime:
    """Tell when the pregnancy reaches the weeks from which a council helps."""
    day = expected - timedelta(weeks=WEEKS_OF_PREGNANCY - minimum_weeks)
    return datetime.combine(day, time(9), tzinfo=UTC)
