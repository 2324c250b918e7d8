"""Days and moments as a request may give them: such as our clocks and PostgreSQL can reckon with.

An offset beyond PostgreSQL's, or a moment that lies before the year 1 or after 9999 once it is in
UTC, could be taken in and never be read again.
"""

from datetime import UTC, date, datetime
from typing import Annotated, TypeVar

from pydantic import AfterValidator, AwareDatetime
from pydantic_core import PydanticCustomError

FIRST_YEAR, LAST_YEAR = 1900, 2199
AnyDay = TypeVar("AnyDay", bound=date)


def _reckonable(day: AnyDay) -> AnyDay:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise PydanticCustomError("year_range", "The year must lie between 1900 and 2199.")
    return day


def _in_utc(moment: datetime) -> datetime:
    return _reckonable(_reckonable(moment).astimezone(UTC))  # what it gives, it takes again


Day = Annotated[date, AfterValidator(_reckonable)]
"""A day of our time."""

Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A moment of our time, given with any offset and held in UTC."""
