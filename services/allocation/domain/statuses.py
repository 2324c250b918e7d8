"""The life of a case as one table that a team manager can read and correct."""

from collections.abc import Iterable
from enum import StrEnum

from chassis.lives import Life, Step
from contracts.roles import Role


class Status(StrEnum):
    """Where a case stands, as workers say it."""

    OPENED = "opened"
    WAITING = "waiting"
    ALLOCATED = "allocated"
    ENGAGING = "engaging"
    NO_CONTACT = "no_contact"
    CLOSING = "closing"
    STEP_UP_PENDING = "step_up_pending"
    CLOSED = "closed"
    AS_BEFORE = "as_it_was_before"
    """Never stored: the step leads back to where the case stood before."""


class By(StrEnum):
    """Who decides where no person does: a message of another service."""

    SYSTEM = "system"


SYSTEM_ROLES = frozenset({By.SYSTEM})
WORKERS = (Role.PRACTITIONER, Role.DUTY_WORKER, Role.DUTY_MANAGER, Role.TEAM_MANAGER)
MANAGERS = (Role.TEAM_MANAGER, Role.DUTY_MANAGER)
PROPOSERS = (Role.PRACTITIONER, Role.TEAM_MANAGER)

S = Status
WITHOUT_WORKER = (S.OPENED, S.WAITING)
WITH_WORKER = (S.ALLOCATED, S.ENGAGING, S.NO_CONTACT, S.CLOSING, S.STEP_UP_PENDING)
OPEN_STATUSES = tuple(s for s in S if s not in (S.CLOSED, S.AS_BEFORE))
BEFORE_STEP_UP = tuple(s for s in OPEN_STATUSES if s != S.STEP_UP_PENDING)

LIFE = Life(
    "case",
    (
        #    a case that is                 may be                   and is then        decided by
        Step(S.OPENED, "waitlisted", S.WAITING, Role.TEAM_MANAGER),
        Step(S.WAITING, "reviewed", S.WAITING, MANAGERS),
        Step(WITHOUT_WORKER, "allocated", S.ALLOCATED, Role.TEAM_MANAGER),
        Step(WITH_WORKER, "reallocated", S.AS_BEFORE, Role.TEAM_MANAGER),
        Step((S.ALLOCATED, S.ENGAGING), "reached", S.ENGAGING, WORKERS),
        Step((S.ALLOCATED, S.ENGAGING), "not_reached", S.NO_CONTACT, WORKERS),
        Step((S.NO_CONTACT, S.CLOSING), "answered", S.ENGAGING, WORKERS),
        Step(S.NO_CONTACT, "written_to", S.NO_CONTACT, WORKERS),
        Step(WITHOUT_WORKER, "proposed_for_closure", S.CLOSING, MANAGERS),
        Step((S.ALLOCATED, S.ENGAGING, S.NO_CONTACT), "proposed_for_closure", S.CLOSING, PROPOSERS),
        Step(S.CLOSING, "kept_open", S.AS_BEFORE, MANAGERS),
        Step(S.CLOSING, "closed", S.CLOSED, Role.TEAM_MANAGER),
        Step(BEFORE_STEP_UP, "stepped_up", S.STEP_UP_PENDING, WORKERS),
        Step(S.STEP_UP_PENDING, "made_urgent", S.STEP_UP_PENDING, WORKERS),
        Step(S.STEP_UP_PENDING, "returned", S.AS_BEFORE, By.SYSTEM),
        Step(S.STEP_UP_PENDING, "kept_beside_the_new_lead", S.AS_BEFORE, By.SYSTEM),
        Step(S.STEP_UP_PENDING, "handed_over", S.CLOSED, By.SYSTEM),
    ),
)


def take(status: Status, may: str, roles: Iterable[str]) -> Status:
    """Take a step of the life; see `Life.take` for what it raises."""
    return Status(LIFE.take(status, may, roles))
