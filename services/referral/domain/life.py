"""The life of a referral, as a table that a social-care manager can read and correct."""

from chassis.lives import Life, Step
from contracts.roles import Role
from services.referral.domain.status import UNDECIDED, Nobody, Status

DESK = (Role.DUTY_WORKER, Role.DUTY_MANAGER)
WORKERS = (*DESK, Role.PRACTITIONER, Role.TEAM_MANAGER)
SCREENED = (Status.SCREENING, Status.AWAITING_AGREEMENT)

LIFE = Life(
    "referral",
    (
        #    a referral that is    may be    and is then    decided by
        Step(Status.RECEIVED, "taken_up", Status.SCREENING, DESK),
        Step(Status.SCREENING, "held_for_agreement", Status.AWAITING_AGREEMENT, WORKERS),
        Step(Status.AWAITING_AGREEMENT, "agreed_to", Status.SCREENING, WORKERS),
        Step(SCREENED, "accepted", Status.DECIDED, Role.DUTY_MANAGER),
        Step(SCREENED, "signposted", Status.DECIDED, Role.DUTY_MANAGER),
        Step(SCREENED, "not_proceeding", Status.DECIDED, Role.DUTY_MANAGER),
        Step(UNDECIDED, "diverted", Status.DIVERTED, WORKERS),
        Step(Status.DECIDED, "closed", Status.CLOSED, Nobody.SYSTEM),
        Step(Status.DIVERTED, "closed", Status.CLOSED, Nobody.SYSTEM),
        Step(Status.DIVERTED, "handed_back", Status.SCREENING, Nobody.SYSTEM),
        Step((Status.DECIDED, Status.CLOSED), "reopened", Status.SCREENING, Role.DUTY_MANAGER),
    ),
)
