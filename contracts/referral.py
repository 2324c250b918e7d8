"""What the referral service says: what came in at the front door, and what was decided of it."""

from uuid import UUID

from contracts import topics
from contracts.codes import ContactOutcome, ParentsInformed, ReferrerKind, SourceCode
from contracts.envelope import Message
from contracts.shapes import ActorId, CouncilCode, Count, Instant, OpenCode


class DangerOccasion(OpenCode):
    """When danger was reported."""

    INTAKE = "intake"
    REPEAT = "repeat"
    ADDITIONAL_INFORMATION = "additional_information"
    UNKNOWN = "unknown"


class NotProceedingReason(OpenCode):
    """Why early help does not go on; never told to a referrer as it stands."""

    AGREEMENT_NOT_GIVEN = "agreement_not_given"
    AGREEMENT_WITHDRAWN = "agreement_withdrawn"
    NO_UNMET_NEED = "no_unmet_need"
    FAMILY_NOT_REACHED = "family_not_reached"
    WITHDRAWN_BY_REFERRER = "withdrawn_by_referrer"
    OUT_OF_AREA = "out_of_area"
    OTHER = "other"
    UNKNOWN = "unknown"


class ReferralOutcome(OpenCode):
    """How a referral ended."""

    ACCEPTED = "accepted"
    ADDED_TO_WORK_IN_HAND = "added_to_work_in_hand"
    SIGNPOSTED = "signposted"
    NOT_PROCEEDING = "not_proceeding"
    DIVERTED = "diverted"
    REDIRECTED = "redirected"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


class ReferralMessage(Message, topic=topics.REFERRAL, subject="referral_id"):
    """What every message about a referral carries."""

    referral_id: UUID
    family_id: UUID


class ReferralReceived(ReferralMessage, type="earlyhelp.referral.received.v1"):
    """A referral is stored and its referrer holds a receipt."""

    referrer_kind: ReferrerKind
    agency_id: UUID | None
    source_code: SourceCode
    received_at: Instant
    danger: bool
    children: Count
    adults: Count
    screening_due: Instant


class DangerReported(ReferralMessage, type="earlyhelp.referral.danger-reported.v1"):
    """Someone told the front door that a child or an adult is in danger."""

    reported_at: Instant
    occasion: DangerOccasion


class ScreeningStarted(ReferralMessage, type="earlyhelp.referral.screening-started.v1"):
    """A duty worker took the referral up."""

    started_by: ActorId


class FamilyContactLogged(ReferralMessage, type="earlyhelp.referral.family-contact-logged.v1"):
    """The duty worker tried to reach the family before the decision."""

    outcome: ContactOutcome
    attempt: Count


class ReferralAccepted(ReferralMessage, type="earlyhelp.referral.accepted.v1"):
    """The duty manager decided that early help takes the family on, and on which pathway.

    `unborn_ids` are those of `child_ids` who are not born yet: nobody can have seen them.
    """

    pathway: CouncilCode
    pathway_group: CouncilCode
    child_ids: tuple[UUID, ...]
    unborn_ids: tuple[UUID, ...]
    adult_ids: tuple[UUID, ...]
    received_at: Instant
    accepted_at: Instant
    decided_by: ActorId
    team_area: CouncilCode
    referrer_kind: ReferrerKind
    agency_id: UUID | None


class ChildBorn(ReferralMessage, type="earlyhelp.referral.child-born.v1"):
    """The birth of a child who was expected is on record, under the id the child had before."""

    child_id: UUID
    recorded_at: Instant


class ReferralSignposted(ReferralMessage, type="earlyhelp.referral.signposted.v1"):
    """The family was shown to other help, and early help goes no further."""


class ReferralNotProceeding(ReferralMessage, type="earlyhelp.referral.not-proceeding.v1"):
    """Early help does not go on with the referral."""

    reason: NotProceedingReason


class ReferralDiverted(ReferralMessage, type="earlyhelp.referral.diverted.v1"):
    """A worker sent the referral to safeguarding; the handover opens from this."""

    urgent: bool
    child_ids: tuple[UUID, ...]
    decided_by: ActorId
    diverted_at: Instant
    child_goes_home_at: Instant | None
    referrer_kind: ReferrerKind
    agency_id: UUID | None
    parents_informed: ParentsInformed


class AgreementRecorded(ReferralMessage, type="earlyhelp.referral.agreement-recorded.v1"):
    """A family member said yes or no to the service."""

    person_id: UUID
    agreed: bool


class AgreementWithdrawn(ReferralMessage, type="earlyhelp.referral.agreement-withdrawn.v1"):
    """A family member took agreement back, at whatever time."""

    person_id: UUID
    others_agree: bool
    withdrawn_at: Instant


class InformationAdded(ReferralMessage, type="earlyhelp.referral.information-added.v1"):
    """The referrer added to a referral that was already received.

    `worried` answers whether each child has been seen since: it blocks a closure.
    """

    danger: bool
    worried: bool


class ReferralClosed(ReferralMessage, type="earlyhelp.referral.closed.v1"):
    """Nothing more is owed on this referral: the outcome is decided and told."""

    outcome: ReferralOutcome
