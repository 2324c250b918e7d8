"""What an agency's software may read of its referral: a fixed list, behind what it was told."""

from enum import StrEnum

from contracts.notifications import Milestone
from services.referral.domain.referral import Referral
from services.referral.domain.status import Status


class OutwardStatus(StrEnum):
    """Never "step-up" and never "closed": neither may be concluded from status or silence."""

    RECEIVED = "received"
    BEING_LOOKED_AT = "being_looked_at"
    ACCEPTED = "accepted"
    ADDED_TO_WORK_IN_HAND = "added_to_work_in_hand"
    SIGNPOSTED = "signposted"
    NOT_PROCEEDING = "not_proceeding"
    ANSWERED = "answered"


TOLD = {
    Milestone.ACCEPTED: OutwardStatus.ACCEPTED,
    Milestone.ADDED_TO_WORK_IN_HAND: OutwardStatus.ADDED_TO_WORK_IN_HAND,
    Milestone.SIGNPOSTED: OutwardStatus.SIGNPOSTED,
    Milestone.NOT_PROCEEDING: OutwardStatus.NOT_PROCEEDING,
}


def outward_status(referral: Referral) -> OutwardStatus:
    """Tell the status as its agency may read it: a decision only once it has been told of it."""
    if referral.status is Status.RECEIVED:
        return OutwardStatus.RECEIVED
    if referral.status is not Status.CLOSED:
        return OutwardStatus.BEING_LOOKED_AT
    return (
        TOLD.get(referral.told, OutwardStatus.ANSWERED)
        if referral.told
        else (OutwardStatus.ANSWERED)
    )
