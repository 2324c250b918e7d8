"""The handover: one step-up on its way from early help to social care."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contracts.codes import ParentsInformed
from contracts.handover import DeclinedReason, HandoverOrigin
from contracts.roles import Role
from services.handover.domain.kinds import AcknowledgedHow, CancelledReason, NotJointReason
from services.handover.domain.statuses import BEFORE_ANSWER, ENDED, Status


@dataclass(frozen=True)
class Handover:
    """One handover. It holds ids, codes and times; what is told of the family is in the pack."""

    id: UUID
    council: str
    family_id: UUID
    origin: HandoverOrigin
    origin_id: UUID
    proposal_id: UUID | None
    referral_ids: tuple[UUID, ...]
    child_ids: tuple[UUID, ...]
    factors: tuple[str, ...]
    urgent: bool
    status: Status
    parents_informed: ParentsInformed
    child_goes_home_at: datetime | None
    proposed_by: str
    proposed_at: datetime
    opened_at: datetime
    alarm_due: datetime | None = None
    """On the urgent road: by when a named person must have acknowledged."""
    authorised_by: str | None = None
    authorised_at: datetime | None = None
    sent_at: datetime | None = None
    delivered_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    acknowledged_how: AcknowledgedHow | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    declined_reason: DeclinedReason | None = None
    visit_booked_on: date | None = None
    visited_on: date | None = None
    visit_joint: bool | None = None
    not_joint_reason: NotJointReason | None = None
    receiving_worker: str | None = None
    cancelled_reason: CancelledReason | None = None
    ended_at: datetime | None = None
    sequence: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it is still on its way."""
        return self.status not in ENDED

    @property
    def may_leave(self) -> bool:
        """Whether the pack may go: a manager said so, or it is too urgent to wait for one."""
        return self.urgent or self.authorised_by is not None

    @property
    def unanswered(self) -> bool:
        """Whether nobody at the other side has acknowledged it yet."""
        return self.status in BEFORE_ANSWER

    @property
    def a_person_knows(self) -> bool:
        """Whether a named person of the receiving team said that they have it."""
        return self.acknowledged_how in (AcknowledgedHow.PERSON, AcknowledgedHow.PHONE)

    @property
    def arrived(self) -> bool:
        """Whether it reached whom it must: on the urgent road a named person, and no machine."""
        if self.urgent:
            return self.a_person_knows
        return self.delivered_at is not None or self.acknowledged_at is not None

    @property
    def manager(self) -> Role:
        """The manager on early help's side: of the team, or of the desk for a referral."""
        return Role.TEAM_MANAGER if self.origin is HandoverOrigin.CASE else Role.DUTY_MANAGER

    @property
    def owner(self) -> str:
        """Who is accountable for the family as far as this handover says."""
        return "social_care" if self.status is Status.COMPLETED else "early_help"
