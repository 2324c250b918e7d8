"""The life of a handover as one table that both sides' managers can read and correct."""

from collections.abc import Iterable
from enum import StrEnum

from chassis.lives import Life, Step
from contracts.roles import Role


class Status(StrEnum):
    """Where a handover stands, as workers say it."""

    PROPOSED = "proposed"
    AUTHORISED = "authorised"
    SENT = "sent"
    SEND_FAILED = "send_failed"
    ACKNOWLEDGED = "acknowledged"
    INFORMATION_REQUESTED = "information_requested"
    ACCEPTED = "accepted"
    VISIT_BOOKED = "visit_booked"
    VISITED = "visited"
    DECLINED = "declined"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    AS_IT_STANDS = "as_it_stands"
    """Never stored: the step leaves the handover where it is."""


class By(StrEnum):
    """Who decides where no person of the two sides does.

    Our own sending, the receiving system, or a further proposal that another service says.
    """

    SENDING = "sending"
    CARE_SYSTEM = "care_system"
    PROPOSAL = "further_proposal"


S = Status
MANAGERS = (Role.TEAM_MANAGER, Role.DUTY_MANAGER)
BOTH_WORKERS = (Role.CARE_RECEIVER, Role.PRACTITIONER, Role.DUTY_WORKER, *MANAGERS)

BEFORE_ANSWER = (S.PROPOSED, S.AUTHORISED, S.SENT, S.SEND_FAILED)
UNDECIDED = (S.ACKNOWLEDGED, S.INFORMATION_REQUESTED)
TAKEN_ON = (S.ACCEPTED, S.VISIT_BOOKED, S.VISITED)
ENDED = (S.DECLINED, S.COMPLETED, S.CANCELLED)
OPEN = (*BEFORE_ANSWER, *UNDECIDED, *TAKEN_ON)

LIFE = Life(
    "handover",
    (
        #    a handover that is          may be                  and is then           decided by
        Step(S.PROPOSED, "authorised", S.AUTHORISED, MANAGERS),
        # the urgent road: it went first, and the manager follows the same day
        Step(
            (S.SENT, S.SEND_FAILED, *UNDECIDED, *TAKEN_ON), "authorised", S.AS_IT_STANDS, MANAGERS
        ),
        Step(BEFORE_ANSWER, "sent", S.SENT, By.SENDING),
        Step((*UNDECIDED, *TAKEN_ON), "sent", S.AS_IT_STANDS, By.SENDING),
        Step((S.PROPOSED, S.AUTHORISED, S.SENT), "not_sent", S.SEND_FAILED, By.SENDING),
        Step(BEFORE_ANSWER, "acknowledged", S.ACKNOWLEDGED, Role.CARE_RECEIVER),
        Step(BEFORE_ANSWER, "acknowledged_by_phone", S.ACKNOWLEDGED, MANAGERS),
        Step(BEFORE_ANSWER, "acknowledged_by_system", S.ACKNOWLEDGED, By.CARE_SYSTEM),
        # new harm: whoever had the planned one, a named person must say that they have this
        Step(BEFORE_ANSWER, "made_urgent", S.AS_IT_STANDS, By.PROPOSAL),
        Step(UNDECIDED, "made_urgent", S.SENT, By.PROPOSAL),
        Step(TAKEN_ON, "made_urgent", S.AS_IT_STANDS, By.PROPOSAL),
        Step(UNDECIDED, "asked_about", S.INFORMATION_REQUESTED, Role.CARE_RECEIVER),
        Step(S.INFORMATION_REQUESTED, "sent_again", S.ACKNOWLEDGED, MANAGERS),
        Step((*BEFORE_ANSWER, S.ACKNOWLEDGED, *TAKEN_ON), "sent_again", S.AS_IT_STANDS, MANAGERS),
        Step(UNDECIDED, "accepted", S.ACCEPTED, Role.CARE_RECEIVER),
        Step(UNDECIDED, "declined", S.DECLINED, Role.CARE_RECEIVER),
        Step((S.ACCEPTED, S.VISIT_BOOKED), "booked_for_a_visit", S.VISIT_BOOKED, BOTH_WORKERS),
        Step((S.ACCEPTED, S.VISIT_BOOKED), "visited", S.VISITED, BOTH_WORKERS),
        Step(S.VISITED, "completed", S.COMPLETED, Role.CARE_RECEIVER),
        Step((*BEFORE_ANSWER, *UNDECIDED), "cancelled", S.CANCELLED, MANAGERS),
    ),
)


def take(status: Status, may: str, roles: Iterable[str]) -> Status:
    """Take a step of the life; see `Life.take` for what it raises."""
    then = Status(LIFE.take(status, may, roles))
    return status if then is S.AS_IT_STANDS else then
