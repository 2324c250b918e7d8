"""What the allocation service says: the case, its worker, the family not reached, the end."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from contracts import topics
from contracts.codes import ContactOutcome, FactorCode, ParentsInformed
from contracts.envelope import Message
from contracts.shapes import ActorId, CouncilCode, Instant, OpenCode


class NoContactStep(OpenCode):
    """A step towards a family that does not answer; the letter has messages of its own."""

    CALL = "call"
    PLANNED_VISIT = "planned_visit"
    UNANNOUNCED_VISIT = "unannounced_visit"
    UNKNOWN = "unknown"


class ClosureReason(OpenCode):
    """Why a case closes, as workers record it; never told to a referrer as it stands."""

    NEEDS_MET = "needs_met"
    SINGLE_AGENCY_CONTINUES = "single_agency_continues"
    FAMILY_WITHDREW = "family_withdrew"
    NO_CONTACT = "no_contact"
    CONSENT_NOT_GIVEN = "consent_not_given"
    STEPPED_UP = "stepped_up"
    MOVED_AREA = "moved_area"
    PROGRAMME_COMPLETED = "programme_completed"
    CHILD_TURNED_18 = "child_turned_18"
    DUPLICATE = "duplicate"
    DIED = "died"
    OTHER = "other"
    UNKNOWN = "unknown"


class BroadReason(OpenCode):
    """The reason in the few words that a referrer may hear."""

    SUPPORT_ENDED = "support_ended"
    NO_CONTACT = "no_contact"
    SUPPORT_CONTINUES_ELSEWHERE = "support_continues_elsewhere"
    NO_LONGER_WITH_US = "no_longer_with_us"
    UNKNOWN = "unknown"


class CaseMessage(Message, topic=topics.ALLOCATION, subject="case_id"):
    """What every message about a case carries."""

    case_id: UUID
    family_id: UUID
    referral_ids: Annotated[tuple[UUID, ...], Field(min_length=1)]


class CaseOpened(CaseMessage, type="earlyhelp.case.opened.v1"):
    """Allocation took an accepted referral on as a case: from here the case owns the family."""

    pathway: CouncilCode
    team: CouncilCode | None


class ReferralJoinedCase(CaseMessage, type="earlyhelp.case.referral-joined.v1"):
    """A further referral for the family was added to the work in hand."""

    referral_id: UUID


class CaseWaitlisted(CaseMessage, type="earlyhelp.case.waitlisted.v1"):
    """The team manager had no worker with room, so the family waits."""


class CaseAllocated(CaseMessage, type="earlyhelp.case.allocated.v1"):
    """The team manager gave the family its worker."""

    practitioner_id: ActorId
    team: CouncilCode
    first_contact_due: Instant


class FirstContactMade(CaseMessage, type="earlyhelp.case.first-contact-made.v1"):
    """The practitioner reached the family for the first time."""


class ChildSeen(CaseMessage, type="earlyhelp.case.child-seen.v1"):
    """A named professional saw the child, so the child's not-seen clock starts anew."""

    child_id: UUID
    seen_at: Instant
    seen_by: ActorId


class NoContactStepRecorded(CaseMessage, type="earlyhelp.case.no-contact-step-recorded.v1"):
    """The practitioner tried again to reach a family that does not answer."""

    step: NoContactStep
    outcome: ContactOutcome


class NoContactLetterRequested(CaseMessage, type="earlyhelp.case.no-contact-letter-requested.v1"):
    """The practitioner asked for the letter; the ten days start only when it is dispatched."""

    letter_id: UUID
    person_id: UUID
    requested_by: ActorId


class NoContactExpired(CaseMessage, type="earlyhelp.case.no-contact-expired.v1"):
    """The letter's days ran out without an answer; a person now decides."""

    letter_id: UUID


class StepUpProposed(CaseMessage, type="earlyhelp.case.step-up-proposed.v1"):
    """A step-up is proposed and the case is locked for it; the handover opens from this.

    `authorised_by` is None only where it is urgent and the manager follows the same day.
    """

    proposal_id: UUID
    urgent: bool
    factors: tuple[FactorCode, ...]
    child_ids: tuple[UUID, ...]
    proposed_by: ActorId
    authorised_by: ActorId | None
    parents_informed: ParentsInformed
    child_goes_home_at: Instant | None
    proposed_at: Instant


class ClosureProposed(CaseMessage, type="earlyhelp.case.closure-proposed.v1"):
    """A practitioner proposed to close the case; only a manager confirms."""

    reason: ClosureReason
    proposed_by: ActorId


class CaseClosed(CaseMessage, type="earlyhelp.case.closed.v1"):
    """The team manager confirmed that early help's work with the family has ended."""

    reason: ClosureReason
    proposed_by: ActorId
    confirmed_by: ActorId
    closed_at: Instant
    broad_reason: BroadReason
