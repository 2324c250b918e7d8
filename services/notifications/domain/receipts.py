"""What GOV.UK Notify's statuses mean for us; those of a letter mean something else."""

from enum import StrEnum
from typing import Final


class Meaning(StrEnum):
    """What follows from a status."""

    ON_ITS_WAY = "on its way"
    ARRIVED = "arrived"
    SEND_AGAIN = "send again"
    NEXT_ROAD = "take the next road"


_MESSAGES: Final = {
    "delivered": Meaning.ARRIVED,
    "permanent-failure": Meaning.NEXT_ROAD,
    "temporary-failure": Meaning.SEND_AGAIN,
    "technical-failure": Meaning.SEND_AGAIN,
    "validation-failed": Meaning.NEXT_ROAD,
}
# A letter is never sent again: the first one may be on the doormat.
_LETTERS: Final = {
    "received": Meaning.ARRIVED,
    "delivered": Meaning.ARRIVED,
    "permanent-failure": Meaning.NEXT_ROAD,
    "technical-failure": Meaning.NEXT_ROAD,
    "validation-failed": Meaning.NEXT_ROAD,
    "virus-scan-failed": Meaning.NEXT_ROAD,
    "cancelled": Meaning.NEXT_ROAD,
}
SENDS: Final = 3
"""How often one road is taken when the provider asks to send again, before the next road."""


def of_message(status: str) -> Meaning:
    """Read the status of an e-mail or a text message; an unknown one is waited for."""
    return _MESSAGES.get(status, Meaning.ON_ITS_WAY)


def of_letter(status: str) -> Meaning:
    """Read the status of a letter."""
    return _LETTERS.get(status, Meaning.ON_ITS_WAY)
