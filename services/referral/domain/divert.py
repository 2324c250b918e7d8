"""Diverting to safeguarding: any worker may, before anything else is decided, and nothing waits."""

from dataclasses import dataclass, replace
from datetime import datetime

from contracts.codes import ParentsInformed
from services.referral.domain.life import LIFE
from services.referral.domain.referral import Referral
from services.referral.domain.status import Status


@dataclass(frozen=True)
class Diverting:
    """Why, how fast, and whether the parents know; where nobody said, they do not yet."""

    urgent: bool
    reason: str
    parents_informed: ParentsInformed
    child_goes_home_at: datetime | None
    diverted_at: datetime


def divert(referral: Referral, diverting: Diverting, roles: frozenset[str]) -> Referral:
    """Divert a referral.

    Raises:
        StepNotAllowed: It has been decided already.
        NotTheirDecision: It is for another role to do.
    """
    status = Status(LIFE.take(referral.status, "diverted", roles))
    home = diverting.child_goes_home_at or referral.child_goes_home_at
    return replace(referral, status=status, child_goes_home_at=home)
