"""Who a message is for, checked as Notify checks it, and what will become of it.

The outcome is chosen by the address: `perm-fail@`, `temp-fail@`, `tech-fail@` and
`simulate-delivered@` (with anything after it, `perm-fail-2@`), numbers ending in Notify's own
test digits, and two postcodes of letters. Everything else is delivered.
"""

import re
from dataclasses import dataclass

from deploy.simulators.notify.refusals import invalid
from deploy.simulators.notify.templates import Personalisation

LETTER_FAILS = "ZZ99 1PF"
LETTER_COMES_BACK = "ZZ99 1RT"
PHONE_FAILS_FOR_EVER = "07700900002"
PHONE_FAILS_FOR_NOW = "07700900003"

_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}"
)
_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][ABD-HJLNP-UW-Z]{2}")
_LINES = tuple(f"addressline{number}" for number in range(1, 8))


@dataclass(frozen=True)
class Outcome:
    """The last status of a notification, and whether a letter comes back after it."""

    status: str
    returned: bool = False


def email_outcome(address: str) -> Outcome:
    """Tell what becomes of an e-mail to `address`."""
    if len(address) > 320 or ".." in address or not _EMAIL.fullmatch(address):
        raise invalid("email_address Not a valid email address")
    for beginning, status in (
        ("perm-fail", "permanent-failure"),
        ("temp-fail", "temporary-failure"),
        ("tech-fail", "technical-failure"),
    ):
        if address.casefold().startswith(beginning):
            return Outcome(status)
    return Outcome("delivered")


def sms_outcome(number: str) -> Outcome:
    """Tell what becomes of a text message to `number`."""
    digits = re.sub(r"[\s()+.-]", "", number)
    if not digits.isdecimal():
        raise invalid("phone_number Must not contain letters or symbols")
    national = "0" + digits.removeprefix("00").removeprefix("44").removeprefix("0")
    if not national.startswith("07"):
        raise invalid("phone_number Not a UK mobile number")
    if len(national) != 11:
        few = len(national) < 11
        raise invalid(f"phone_number {'Not enough' if few else 'Too many'} digits")
    failing = {PHONE_FAILS_FOR_EVER: "permanent-failure", PHONE_FAILS_FOR_NOW: "temporary-failure"}
    return Outcome(failing.get(national, "delivered"))


def address_lines(given: Personalisation) -> list[str]:
    """Read a letter's address from its personalisation, as Notify does.

    Raises:
        NotifyError: unless there are three to seven lines and the last is a postcode.
    """
    folded = {re.sub(r"[\s_-]", "", name).casefold(): value for name, value in given.items()}
    if not folded.get(_LINES[0]):
        raise invalid("personalisation address_line_1 is a required property")
    lines = [str(folded[name]).strip() for name in _LINES if folded.get(name)]
    if folded.get("postcode") and len(lines) < 7:
        lines.append(str(folded["postcode"]).strip())
    lines = [line for line in lines if line]
    if len(lines) < 3:
        raise invalid("Address must be at least 3 lines")
    if any(line.startswith(tuple('@()=[]"\\/,<>')) for line in lines):
        raise invalid(
            "Address lines must not start with any of the following characters: "
            '@ ( ) = [ ] " \\ / , < >'
        )
    if not _POSTCODE.fullmatch(lines[-1].upper()):
        raise invalid("Last line of address must be a real UK postcode or another country")
    return lines


def letter_outcome(lines: list[str]) -> Outcome:
    """Tell what becomes of a letter to the address `lines`."""
    postcode = lines[-1].upper().replace(" ", "")
    if postcode == LETTER_FAILS.replace(" ", ""):
        return Outcome("permanent-failure")
    return Outcome("received", returned=postcode == LETTER_COMES_BACK.replace(" ", ""))
