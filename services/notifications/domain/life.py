"""The lives of a notification and of a letter, each as one table that a manager can correct."""

from chassis.lives import Life, Step
from contracts.roles import Role
from services.notifications.domain.status import ByItself, LetterStatus, Status

SYSTEM = ByItself.SYSTEM
WORKERS = (Role.DUTY_WORKER, Role.DUTY_MANAGER, Role.PRACTITIONER, Role.TEAM_MANAGER)
MANAGERS = (Role.DUTY_MANAGER, Role.TEAM_MANAGER)
DESK = (Role.DUTY_WORKER, Role.DUTY_MANAGER, Role.TEAM_MANAGER)

ON_ITS_WAY = (Status.REQUESTED, Status.HELD, Status.STOPPED, Status.QUEUED, Status.WITH_PERSON)

NOTIFICATION = Life(
    "notification",
    (
        #    a notification that is       may be                 and is then          decided by
        Step(Status.REQUESTED,            "queued",              Status.QUEUED,       SYSTEM),
        Step((Status.REQUESTED, Status.QUEUED, Status.STOPPED),
                                          "held",                Status.HELD,         SYSTEM),
        Step((Status.REQUESTED, Status.QUEUED, Status.HELD, Status.WITH_PERSON),
                                          "stopped",             Status.STOPPED,      SYSTEM),
        Step(Status.HELD,                 "approved",            Status.REQUESTED,    WORKERS),
        Step(Status.STOPPED,              "released",            Status.REQUESTED,    MANAGERS),
        Step(Status.QUEUED,               "passed_to_a_person",  Status.WITH_PERSON,  SYSTEM),
        # A call that was already under way when it was stopped or suppressed has told them.
        Step((*ON_ITS_WAY, Status.SUPPRESSED),
                                          "told",                Status.TOLD,         SYSTEM),
        Step(Status.WITH_PERSON,          "told_by_phone",       Status.TOLD,         DESK),
        Step(Status.WITH_PERSON,          "found_unsafe",        Status.SUPPRESSED,   DESK),
        Step(ON_ITS_WAY,                  "suppressed",          Status.SUPPRESSED,
             (SYSTEM, *MANAGERS)),
        Step(Status.HELD,                 "refused",             Status.SUPPRESSED,   WORKERS),
    ),
)  # fmt: skip

LETTER = Life(
    "letter",
    (
        #    a letter that is             may be        and is then               decided by
        Step(LetterStatus.REQUESTED,      "stopped",    LetterStatus.STOPPED,     SYSTEM),
        Step(LetterStatus.STOPPED,        "released",   LetterStatus.REQUESTED,   MANAGERS),
        Step((LetterStatus.REQUESTED, LetterStatus.STOPPED),
                                          "dispatched", LetterStatus.DISPATCHED,  SYSTEM),
        Step((LetterStatus.REQUESTED, LetterStatus.STOPPED, LetterStatus.DISPATCHED),
                                          "not_sent",   LetterStatus.NOT_SENT,    SYSTEM),
        Step((LetterStatus.DISPATCHED, LetterStatus.NOT_SENT),
                                          "returned",   LetterStatus.RETURNED,    SYSTEM),
    ),
)  # fmt: skip
