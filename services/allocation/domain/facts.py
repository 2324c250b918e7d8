"""What has come true in a case, for `publish` to tell the other services."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.allocation import BroadReason, ClosureReason, NoContactStep
from contracts.codes import ContactOutcome, FactorCode, ParentsInformed


@dataclass(frozen=True)
class Opened:
    """The case took the family on."""


@dataclass(frozen=True)
class Joined:
    """A further referral joined the case."""

    referral_id: UUID


@dataclass(frozen=True)
class Waitlisted:
    """The family waits."""


@dataclass(frozen=True)
class Allocated:
    """The family has its worker."""

    practitioner_id: str
    team: str
    first_contact_due: datetime


@dataclass(frozen=True)
class FirstReached:
    """The worker reached the family for the first time."""


@dataclass(frozen=True)
class Seen:
    """A named professional saw the child."""

    child_id: UUID
    seen_at: datetime
    seen_by: str


@dataclass(frozen=True)
class NotReached:
    """An attempt to reach the family was not answered."""

    step: NoContactStep
    outcome: ContactOutcome


@dataclass(frozen=True)
class LetterWanted:
    """The letter shall go."""

    letter_id: UUID
    person_id: UUID
    requested_by: str


@dataclass(frozen=True)
class LetterUnanswered:
    """The letter's days ran out."""

    letter_id: UUID


@dataclass(frozen=True)
class SteppedUp:
    """A step-up is proposed and locks the case."""

    proposal_id: UUID
    urgent: bool
    factors: tuple[FactorCode, ...]
    child_ids: tuple[UUID, ...]
    proposed_by: str
    parents_informed: ParentsInformed
    child_goes_home_at: datetime | None
    proposed_at: datetime


@dataclass(frozen=True)
class ProposedForClosure:
    """A practitioner proposed to close the case."""

    reason: ClosureReason
    proposed_by: str


@dataclass(frozen=True)
class Closed:
    """The case is closed."""

    reason: ClosureReason
    proposed_by: str
    confirmed_by: str
    closed_at: datetime
    broad_reason: BroadReason


CaseFact = (
    Opened
    | Joined
    | Waitlisted
    | Allocated
    | FirstReached
    | Seen
    | NotReached
    | LetterWanted
    | LetterUnanswered
    | SteppedUp
    | ProposedForClosure
    | Closed
)
