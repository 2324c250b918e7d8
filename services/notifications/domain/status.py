"""Where a notification, one of its deliveries and a letter may stand, as workers say it."""

from enum import StrEnum


class Status(StrEnum):
    """Where a notification stands."""

    REQUESTED = "requested"
    HELD = "held"
    """A worker approves the wording first."""
    STOPPED = "stopped"
    """It would face a family that may not be alerted; a manager releases it."""
    QUEUED = "queued"
    WITH_PERSON = "with_person"
    """Every automatic road failed: it stands in a named person's queue."""
    TOLD = "told"
    SUPPRESSED = "suppressed"


SETTLED = frozenset({Status.TOLD, Status.SUPPRESSED})


class DeliveryStatus(StrEnum):
    """Where a delivery, one road of a notification, stands."""

    WAITING = "waiting"
    """The roads before it are still tried."""
    QUEUED = "queued"
    SENT = "sent"
    """The provider took it and has not said what became of it."""
    DELIVERED = "delivered"
    FAILED = "failed"
    SKIPPED = "skipped"
    """It is not needed, or there is no such road."""


class LetterStatus(StrEnum):
    """Where a no-contact letter stands."""

    REQUESTED = "requested"
    STOPPED = "stopped"
    DISPATCHED = "dispatched"
    NOT_SENT = "not_sent"
    RETURNED = "returned"


class ByItself(StrEnum):
    """Who decides where no person does."""

    SYSTEM = "system"
