"""The one function that hands out a contact route: may this person be reached this way, now?

Every exit asks it: the worker's page, the letter, the message, the case's practitioner.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.referral.intake.kinds import Answer
from services.referral.intake.people import Adult, Person, SafeContact


class Mode(StrEnum):
    """A way to reach somebody."""

    PHONE = "phone"
    TEXT = "text"
    EMAIL = "email"
    POST = "post"
    VISIT = "visit"


class WhyNot(StrEnum):
    """Why somebody must not be reached that way."""

    POSES_A_RISK = "poses_a_risk"
    NOT_GIVEN = "not_given"
    SAID_UNSAFE = "said_unsafe"
    WITH_SAFEGUARDING = "with_safeguarding"
    PERPETRATOR_AT_ADDRESS = "perpetrator_at_address"
    RESTRICTED = "restricted"
    NOT_ASKED = "not_asked"


STAYS_BEHIND = frozenset({Mode.TEXT, Mode.EMAIL, Mode.POST})
"""What is written can be read by somebody else in the home, so that only a yes allows it."""
AT_THE_HOME = frozenset({Mode.POST, Mode.VISIT})


@dataclass(frozen=True)
class Around:
    """What is known about the family around the person.

    `restricted`: where they are must not become known. `with_safeguarding`: a referral of the
    family is with safeguarding, so nothing may tip anybody off. `others`: everybody else in it.
    """

    restricted: bool
    with_safeguarding: bool
    others: tuple[Person, ...] = ()


@dataclass(frozen=True)
class Route:
    """For each mode, why not; None where it is safe."""

    why_not: Mapping[Mode, WhyNot | None]

    @property
    def modes(self) -> dict[Mode, bool]:
        """Which modes are safe."""
        return {mode: why is None for mode, why in self.why_not.items()}

    def allows(self, mode: Mode) -> bool:
        """Whether a mode is safe."""
        return self.why_not[mode] is None


def contact_route(person: Person, around: Around) -> Route:
    """Tell which ways of reaching a person are safe, and why the others are not."""
    return Route({mode: _why_not(person, mode, around) for mode in Mode})


def _why_not(person: Person, mode: Mode, around: Around) -> WhyNot | None:
    answer = getattr(person.safe_contact or SafeContact(), mode)
    said_yes, written = answer is Answer.YES, mode in STAYS_BEHIND
    refusals = (
        (isinstance(person, Adult) and person.poses_risk is Answer.YES, WhyNot.POSES_A_RISK),
        (not _given(person, mode), WhyNot.NOT_GIVEN),
        (answer is Answer.NO, WhyNot.SAID_UNSAFE),
        (around.with_safeguarding and written, WhyNot.WITH_SAFEGUARDING),
        (
            perpetrator_with(person, around) and (mode is not Mode.PHONE or not said_yes),
            WhyNot.PERPETRATOR_AT_ADDRESS,
        ),
        (around.restricted and (mode is Mode.POST or not said_yes), WhyNot.RESTRICTED),
        (written and not said_yes, WhyNot.NOT_ASKED),
    )
    return next((why for refused, why in refusals if refused), None)


def _given(person: Person, mode: Mode) -> bool:
    if mode in AT_THE_HOME:
        address = person.address
        return address is not None and bool(address.lines or (mode is Mode.VISIT and address.uprn))
    return reached_at(person, mode) is not None


def reached_at(person: Person, mode: Mode) -> str | None:
    """Tell what is written to or rung; spelt alike where two people share it."""
    if mode is Mode.EMAIL:
        return person.email.casefold() if person.email else None
    return person.phone


def perpetrator_with(person: Person, around: Around) -> bool:
    """Whether anybody said that a perpetrator is at this person's address; one yes is enough."""
    if _says_perpetrator(person):
        return True
    together = [other for other in around.others if _same_home(person, other)]
    return any(
        _says_perpetrator(other) or (isinstance(other, Adult) and other.poses_risk is Answer.YES)
        for other in together
    )


def _says_perpetrator(person: Person) -> bool:
    safe = person.safe_contact
    return safe is not None and safe.perpetrator_at_address is Answer.YES


def _same_home(one: Person, other: Person) -> bool:
    """Whether two people may live together: the same address, or one of them is not known."""
    if other.lives_in_household is Answer.NO and other.address is None:
        return False
    return one.address is None or other.address is None or one.address == other.address
