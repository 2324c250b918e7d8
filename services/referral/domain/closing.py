"""When nothing more is owed on a referral, and how it then ended."""

from contracts.notifications import Milestone
from contracts.referral import ReferralOutcome
from services.referral.domain.referral import Referral
from services.referral.domain.status import Decision

ANSWERS = {
    Decision.ACCEPTED: {Milestone.ACCEPTED, Milestone.ADDED_TO_WORK_IN_HAND},
    Decision.SIGNPOSTED: {Milestone.SIGNPOSTED},
    Decision.NOT_PROCEEDING: {Milestone.NOT_PROCEEDING},
}
OUTCOMES = {
    Decision.ACCEPTED: ReferralOutcome.ACCEPTED,
    Decision.SIGNPOSTED: ReferralOutcome.SIGNPOSTED,
    Decision.NOT_PROCEEDING: ReferralOutcome.NOT_PROCEEDING,
}


def settles(referral: Referral, milestone: Milestone) -> bool:
    """Whether this notice is the answer that the referrer was owed."""
    return referral.decision is not None and milestone in ANSWERS[referral.decision]


def outcome_of(referral: Referral) -> ReferralOutcome:
    """Tell how it ended."""
    if referral.outcome is not None:
        return referral.outcome
    return OUTCOMES[referral.decision] if referral.decision else ReferralOutcome.UNKNOWN
