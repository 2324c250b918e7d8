"""What the service works with: a referral as far as it is known, a notification and its roads."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.codes import ReferrerKind
from contracts.notifications import Channel, Milestone
from services.notifications.domain.status import DeliveryStatus, LetterStatus, Status

REFERRER = "referrer"
"""The one recipient that milestones have so far."""


@dataclass(frozen=True)
class Referral:
    """What notifications knows of a referral: who may be told of it, by code and id alone."""

    council: str
    referral_id: UUID
    family_id: UUID
    referrer_kind: ReferrerKind
    agency_id: UUID | None
    reference: str | None = None
    pathway_group: str | None = None
    team_area: str | None = None
    case_id: UUID | None = None
    joined: bool = False


@dataclass(frozen=True)
class Notification:
    """One milestone of one referral for its referrer.

    `occasion` tells a decision from an earlier one, before the referral was opened again.
    """

    council: str
    id: UUID
    referral_id: UUID
    milestone: Milestone
    status: Status
    occurred_at: datetime
    recipient: str = REFERRER
    reason: str | None = None
    due_at: datetime | None = None
    broad_reason: str | None = None
    approved_at: datetime | None = None
    approved_by: str | None = None
    settled_at: datetime | None = None
    channel: Channel | None = None
    occasion: int = 0
    read_at: datetime | None = None


@dataclass(frozen=True)
class Delivery:
    """One road of a notification. `round` counts the times it was really sent anew."""

    council: str
    id: UUID
    notification_id: UUID
    position: int
    channel: Channel
    status: DeliveryStatus
    endpoint_id: UUID | None = None
    provider_id: str | None = None
    round: int = 0
    tries: int = 0
    next_try_at: datetime | None = None
    give_up_at: datetime | None = None
    claim: UUID | None = None
    claimed_until: datetime | None = None

    @property
    def reference(self) -> str:
        """Name this sending to the provider, the same again after a crash; no personal data."""
        return f"{self.council}:delivery:{self.id}:{self.round}"


@dataclass(frozen=True)
class Letter:
    """A no-contact letter: to whom by id alone, and how far it has come."""

    council: str
    id: UUID
    case_id: UUID
    family_id: UUID
    person_id: UUID
    referral_ids: tuple[UUID, ...]
    requested_by: str
    status: LetterStatus
    reason: str | None = None
    provider_id: str | None = None
    tries: int = 0
    next_try_at: datetime | None = None
    claim: UUID | None = None
    claimed_until: datetime | None = None
    composed_at: datetime | None = None
    dispatched_at: datetime | None = None

    @property
    def reference(self) -> str:
        """Name this letter to the provider; one letter has one name for ever."""
        return f"{self.council}:letter:{self.id}"


@dataclass(frozen=True)
class Endpoint:
    """Where an agency wants to be told."""

    council: str
    id: UUID
    agency_id: UUID
    url: str
    status: str
    created_at: datetime
    ended_at: datetime | None = None
    failures: int = 0
    rest_until: datetime | None = None


@dataclass(frozen=True)
class Claimed:
    """Work that one dispatcher holds for a while; `claim` fences whoever held it before."""

    council: str
    id: UUID
    claim: UUID


def read_reference(reference: str) -> tuple[str, str, UUID] | None:
    """Read a name given to the provider back into (council, what, id); None if it is not ours."""
    parts = reference.split(":")
    if len(parts) not in (3, 4) or parts[1] not in ("delivery", "letter"):
        return None
    try:
        return parts[0], parts[1], UUID(parts[2])
    except ValueError:
        return None
