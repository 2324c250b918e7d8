"""The kinds of value a referral may hold; each is refused in a sentence that repeats nothing."""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any

import phonenumbers
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError
from stdnum.gb import nhs, upn


class Form(BaseModel):
    """One part of the form: closed to fields that nobody reads, and silent about values."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, str_strip_whitespace=True
    )


class Answer(StrEnum):
    """An answer to a question that must not be guessed."""

    YES = "yes"
    NO = "no"
    NOT_KNOWN = "not_known"


def _checked(
    valid: Callable[[str], bool], plain: Callable[[str], str], kind: str, sentence: str
) -> Callable[[str], str]:
    def check(value: str) -> str:
        if not valid(value):
            raise PydanticCustomError(kind, sentence)
        return plain(value)

    return check


def _phone(value: str) -> str:
    try:
        number = phonenumbers.parse(value, "GB")
        if phonenumbers.is_possible_number(number):
            return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    except phonenumbers.NumberParseException:
        pass
    raise PydanticCustomError("phone", "This is not a telephone number.")


def _answered(value: Any) -> Any:
    """Take true and false for yes and no, and Yes for yes: many forms send them."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.strip().lower() if isinstance(value, str) else value


_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+")
_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}")

YesNo = Annotated[Answer, BeforeValidator(_answered)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=10_000)]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,32}$")]
NhsNumber = Annotated[
    str,
    StringConstraints(max_length=20),
    AfterValidator(
        _checked(nhs.is_valid, nhs.compact, "nhs_number", "This is not a valid NHS number.")
    ),
]
Upn = Annotated[
    str,
    StringConstraints(max_length=20),
    AfterValidator(
        _checked(upn.is_valid, upn.compact, "upn", "This is not a valid unique pupil number.")
    ),
]
Phone = Annotated[str, StringConstraints(max_length=40), AfterValidator(_phone)]
Email = Annotated[
    str,
    StringConstraints(max_length=254),
    AfterValidator(
        _checked(
            lambda value: bool(_EMAIL.fullmatch(value)),
            str,
            "email",
            "This is not an e-mail address.",
        )
    ),
]
Postcode = Annotated[
    str,
    StringConstraints(to_upper=True, max_length=10),
    AfterValidator(
        _checked(
            lambda value: bool(_POSTCODE.fullmatch(value)),
            str,
            "postcode",
            "This is not a postcode.",
        )
    ),
]
Urn = Annotated[str, StringConstraints(pattern=r"^\d{6}$")]
OdsCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{3,10}$")]
Uprn = Annotated[str, StringConstraints(pattern=r"^\d{1,12}$")]
