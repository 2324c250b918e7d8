"""Where a referral can stand, and who besides people may take it on."""

from enum import StrEnum


class Status(StrEnum):
    """Where a referral stands."""

    RECEIVED = "received"
    SCREENING = "screening"
    AWAITING_AGREEMENT = "awaiting_agreement"
    DECIDED = "decided"
    DIVERTED = "diverted"
    CLOSED = "closed"


UNDECIDED = (Status.RECEIVED, Status.SCREENING, Status.AWAITING_AGREEMENT)


class Decision(StrEnum):
    """What a duty manager may decide."""

    ACCEPTED = "accepted"
    SIGNPOSTED = "signposted"
    NOT_PROCEEDING = "not_proceeding"


class Nobody(StrEnum):
    """Who takes a step when no person does."""

    SYSTEM = "system"
