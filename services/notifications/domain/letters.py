"""When a no-contact letter does not go, and what is said of it."""

from collections.abc import Mapping
from typing import Final

from contracts.notifications import LetterNotSentReason

# What the owner of the address answers. A restricted record is told as unsafe post: no other
# service needs to learn more.
WHY_NOT: Final[Mapping[str, LetterNotSentReason]] = {
    "post_is_not_safe": LetterNotSentReason.POST_NOT_SAFE,
    "restricted": LetterNotSentReason.POST_NOT_SAFE,
    "no_address": LetterNotSentReason.NO_ADDRESS,
    "agreement_withdrawn": LetterNotSentReason.AGREEMENT_WITHDRAWN,
}


def why_not(answer: str | None) -> LetterNotSentReason:
    """Read the owner's reason; one that we do not know keeps the letter back as unsafe."""
    return WHY_NOT.get(answer or "", LetterNotSentReason.POST_NOT_SAFE)
