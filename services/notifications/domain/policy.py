"""The check at the moment of sending: may this person still be told this, now?"""

from dataclasses import dataclass
from enum import StrEnum

from contracts.codes import ReferrerKind
from contracts.notifications import Milestone, SuppressedReason
from councils.wording import Wording
from services.notifications.domain.who_is_told import FACES_THE_FAMILY, HOLD, TELL, Telling, telling


class Way(StrEnum):
    """What the check lets happen."""

    GO = "go"
    HOLD = "hold"
    STOP = "stop"
    SUPPRESS = "suppress"


@dataclass(frozen=True)
class Verdict:
    """What the check lets happen, and why nobody is told where nobody is."""

    way: Way
    reason: SuppressedReason | None = None


@dataclass(frozen=True)
class Standing:
    """What is known at the moment of the check.

    `stopped` says that the family must not be alerted; `approved` that a worker has approved the
    wording; `superseded` that another milestone has told it already.
    """

    milestone: Milestone
    kind: ReferrerKind
    approved: bool = False
    stopped: bool = False
    superseded: bool = False


def check(standing: Standing, wording: Wording) -> Verdict:
    """Decide; the strictest rule speaks first.

    A stranger's message is suppressed while the family must not be alerted, where the family's
    own is kept: a stranger hears nothing after a step-up, not even late.
    """
    how = telling(standing.milestone, standing.kind, wording)
    if (reason := _why_nobody(standing, how)) is not None:
        return Verdict(Way.SUPPRESS, reason)
    if standing.stopped and standing.kind is ReferrerKind.FAMILY:
        return Verdict(Way.STOP)
    if how is HOLD and not standing.approved:
        return Verdict(Way.HOLD)
    return Verdict(Way.GO)


def _why_nobody(standing: Standing, how: Telling) -> SuppressedReason | None:
    if how not in (TELL, HOLD):
        return SuppressedReason.NOT_ENTITLED
    if standing.superseded:
        return SuppressedReason.SUPERSEDED
    near = FACES_THE_FAMILY - {ReferrerKind.FAMILY}
    return SuppressedReason.TIP_OFF_RISK if standing.stopped and standing.kind in near else None
