"""The kinds of value a council's file may hold, each refused in a sentence for its author."""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError

_CODE: Final = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*")
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ]{1,18}[0-9]")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Section(BaseModel):
    """One table of a council's file: frozen, and closed to keys that nobody reads."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def refusal(sentence: str, key: str = "") -> PydanticCustomError:
    """Say what is wrong; `key` names the part below the value where the wrong was found."""
    return PydanticCustomError("council_file", "{sentence}", {"sentence": sentence, "key": key})


def whole_number(least: int) -> Callable[[object], int]:
    """Return a reader of whole numbers that are not below `least`."""

    def read(value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        raise refusal(f"must be a whole number of {least} or more")

    return read


def _matching(pattern: re.Pattern[str], sentence: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if isinstance(value, str) and pattern.fullmatch(value):
            return value
        raise refusal(sentence)

    return read


def _words(value: object) -> str:
    if isinstance(value, str) and value.strip():
        return value
    raise refusal("must be words between quotation marks, and not empty")


def _yes_or_no(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise refusal("must be true or false")


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise refusal("must be a date written as 2028-04-01, without quotation marks")


def _time_of_day(value: object) -> time:
    if isinstance(value, time):
        return value
    raise refusal("must be a time of day written as 09:00:00, without quotation marks")


Count = Annotated[int, BeforeValidator(whole_number(1))]
NotNegative = Annotated[int, BeforeValidator(whole_number(0))]
Words = Annotated[str, BeforeValidator(_words)]
YesOrNo = Annotated[bool, BeforeValidator(_yes_or_no)]
Day = Annotated[date, BeforeValidator(_day)]
TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]
Code = Annotated[
    str,
    BeforeValidator(_matching(_CODE, "must be a code in small letters, such as practitioner_long")),
]
Phone = Annotated[
    str, BeforeValidator(_matching(_PHONE, "must be a telephone number in digits and spaces"))
]
Email = Annotated[str, BeforeValidator(_matching(_EMAIL, "must be an e-mail address"))]
