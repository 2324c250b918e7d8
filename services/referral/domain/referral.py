"""One referral as it stands: codes, counts and times; the people in it are kept elsewhere."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.codes import ReferrerKind, SourceCode
from contracts.notifications import Milestone
from contracts.referral import ReferralOutcome
from services.referral.domain.status import UNDECIDED, Decision, Status


@dataclass(frozen=True)
class Referral:
    """The aggregate's row.

    `sequence` numbers what it has said; `told` is the last milestone that its referrer has heard
    of; `released_at` is when somebody else took the family over.
    """

    council: str
    id: UUID
    family_id: UUID
    reference: str
    status: Status
    sequence: int
    referrer_kind: ReferrerKind
    agency_id: UUID | None
    agency_reference: str | None
    source_code: SourceCode
    submitted_by: str
    received_at: datetime
    danger: bool
    whole: bool
    restricted: bool
    child_goes_home_at: datetime | None
    screening_due: datetime
    decision_due: datetime
    screening_started_at: datetime | None = None
    screening_started_by: str | None = None
    contact_attempts: int = 0
    decision: Decision | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    pathway: str | None = None
    level: int | None = None
    told: Milestone | None = None
    unsettled: Milestone | None = None
    case_id: UUID | None = None
    released_at: datetime | None = None
    outcome: ReferralOutcome | None = None
    closed_at: datetime | None = None

    @property
    def accountable(self) -> bool:
        """Whether the family is the front door's to answer for."""
        return self.released_at is None

    @property
    def undecided(self) -> bool:
        """Whether nothing has been decided of it yet."""
        return self.status in UNDECIDED
