"""The case: one family's work in hand, with many referrals and exactly one accountable owner."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from contracts.allocation import ClosureReason
from contracts.roles import Role
from services.allocation.domain.kinds import RiskAbout
from services.allocation.domain.statuses import Status


@dataclass(frozen=True)
class Child:
    """A child of the case and its not-seen clock, which nothing pauses (E3.2).

    It counts from nothing while the child is not born.
    """

    id: UUID
    counts_from: datetime | None
    seen_at: datetime | None = None
    consulted_at: datetime | None = None

    @property
    def unseen_since(self) -> datetime | None:
        """The moment its clock counts from: last seen, else the receipt of its referral."""
        return self.seen_at or self.counts_from

    @property
    def unborn(self) -> bool:
        """Whether nobody can have seen the child yet."""
        return self.unseen_since is None

    @property
    def mash_consulted(self) -> bool:
        """Whether the MASH was consulted since the child was last seen."""
        asked, since = self.consulted_at, self.unseen_since
        return asked is not None and since is not None and asked >= since


class LetterState(StrEnum):
    """How far the no-contact letter has come."""

    REQUESTED = "requested"
    DISPATCHED = "dispatched"
    NOT_SENT = "not_sent"
    UNANSWERED = "unanswered"
    ANSWERED = "answered"


@dataclass(frozen=True)
class Letter:
    """The no-contact letter in hand; `due` only once it is dispatched."""

    id: UUID
    state: LetterState
    due: datetime | None = None


@dataclass(frozen=True)
class Checklist:
    """What was done before the end (S22), as the practitioner ticks it."""

    review_agreed: bool = False
    plan_updated: bool = False
    farewell_visits: tuple[UUID, ...] = ()
    farewell_not_possible: bool = False
    other_safe_route_tried: bool = False


@dataclass(frozen=True)
class Closure:
    """A proposal to close; `before` is where the case stood."""

    id: UUID
    reason: ClosureReason
    proposed_by: str
    proposed_at: datetime
    before: Status
    checklist: Checklist = Checklist()


@dataclass(frozen=True)
class StepUp:
    """The pending step-up that locks the case; the case keeps its own status beneath."""

    id: UUID
    proposed_by: str
    proposed_at: datetime
    urgent: bool = False
    handover_id: UUID | None = None
    authorised_by: str | None = None


@dataclass(frozen=True)
class Owner:
    """Who is accountable for the family at this instant."""

    kind: str
    id: str | None = None


@dataclass(frozen=True)
class Case:
    """One case. `status` is its own; `standing` is what it shows while a step-up locks it."""

    id: UUID
    council: str
    family_id: UUID
    status: Status
    referral_ids: tuple[UUID, ...]
    children: tuple[Child, ...]
    adult_ids: tuple[UUID, ...]
    pathway: str
    pathway_group: str
    area: str
    team: str | None
    complexity: int
    accepted_at: datetime
    opened_at: datetime
    joined_at: datetime | None = None
    next_review_at: datetime | None = None
    practitioner_id: str | None = None
    allocated_at: datetime | None = None
    first_contact_due: datetime | None = None
    first_contact_at: datetime | None = None
    calls_unanswered: int = 0
    visits_unanswered: int = 0
    post_unsafe: bool = False
    letter: Letter | None = None
    closure: Closure | None = None
    step_up: StepUp | None = None
    led_by_care: bool = False
    worries: tuple[RiskAbout, ...] = ()
    closed_at: datetime | None = None
    close_reason: ClosureReason | None = None
    sequence: int = 0

    @property
    def standing(self) -> Status:
        """Where the case stands to everyone who looks."""
        return Status.STEP_UP_PENDING if self.step_up else self.status

    @property
    def is_open(self) -> bool:
        """Whether early help still works with the family."""
        return self.status != Status.CLOSED

    @property
    def worried(self) -> bool:
        """Whether danger, a referrer's worry or a diversion waits for a manager's answer."""
        return bool(self.worries)

    @property
    def people(self) -> int:
        """How many people it adds to a worker's load."""
        return len(self.children) + len(self.adult_ids)

    @property
    def owner(self) -> Owner | None:
        """The one accountable owner; None once the case is closed.

        A family without a worker belongs to its team's queue, and in a step-up to the duty
        manager. Only a completed handover moves accountability out.
        """
        if not self.is_open:
            return None
        if self.led_by_care:
            return Owner("social_care")
        if self.practitioner_id:
            return Owner(Role.PRACTITIONER, self.practitioner_id)
        if self.step_up:
            return Owner(Role.DUTY_MANAGER)
        return Owner(Role.TEAM_MANAGER, self.team)

    @property
    def accountable(self) -> bool:
        """Whether the family's owner is here, in early help."""
        return self.owner is not None and not self.led_by_care

    def child(self, child_id: UUID) -> Child | None:
        """Find a child of the case."""
        return next((child for child in self.children if child.id == child_id), None)
