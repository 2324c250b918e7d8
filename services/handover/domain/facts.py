"""What has come true in a handover, for `publish` to tell; fields are named as it tells them."""

from dataclasses import dataclass
from datetime import datetime

from contracts.handover import AcknowledgedBy, DeclinedReason, SendFailedReason


@dataclass(frozen=True)
class Opened:
    """The step-up was taken on."""


@dataclass(frozen=True)
class Authorised:
    """A manager authorised it."""

    authorised_by: str


@dataclass(frozen=True)
class Sent:
    """A version of the pack left."""

    pack_version: int
    pack_sha256: str


@dataclass(frozen=True)
class NotSent:
    """The pack is not known to have reached a person."""

    reason: SendFailedReason


@dataclass(frozen=True)
class Delivered:
    """The receiving system has the pack."""


@dataclass(frozen=True)
class Acknowledged:
    """The receiving team has it."""

    by: AcknowledgedBy


@dataclass(frozen=True)
class InformationRequested:
    """The receiving team asks for more."""


@dataclass(frozen=True)
class Accepted:
    """The receiving team takes the family."""


@dataclass(frozen=True)
class Declined:
    """The receiving team declined."""

    reason: DeclinedReason


@dataclass(frozen=True)
class Visited:
    """The handover visit is recorded."""

    joint: bool


@dataclass(frozen=True)
class Completed:
    """The receiving worker is named."""

    completed_at: datetime


@dataclass(frozen=True)
class Cancelled:
    """It was taken back."""


HandoverFact = (
    Opened
    | Authorised
    | Sent
    | NotSent
    | Delivered
    | Acknowledged
    | InformationRequested
    | Accepted
    | Declined
    | Visited
    | Completed
    | Cancelled
)
