"""What the handover service says: how far a step-up has come, and who holds the family now."""

from uuid import UUID

from contracts import topics
from contracts.envelope import Message
from contracts.shapes import ActorId, Instant, OpenCode, Ordinal, Sha256


class HandoverOrigin(OpenCode):
    """Where the family is owned until the handover is completed."""

    CASE = "case"
    REFERRAL = "referral"
    UNKNOWN = "unknown"


class SendFailedReason(OpenCode):
    """Why a pack is not known to have reached a person; a telephone task follows."""

    NO_ACKNOWLEDGEMENT = "no_acknowledgement"
    NOT_REACHED = "not_reached"
    REFUSED_BY_SYSTEM = "refused_by_system"
    UNKNOWN = "unknown"


class AcknowledgedBy(OpenCode):
    """Who acknowledged; on the urgent road only a person can."""

    PERSON = "person"
    SYSTEM = "system"
    UNKNOWN = "unknown"


class DeclinedReason(OpenCode):
    """Why the receiving team declined."""

    THRESHOLD_NOT_MET = "threshold_not_met"
    EARLY_HELP_CONTINUES = "early_help_continues"
    ALREADY_OPEN = "already_open"
    OTHER_AREA = "other_area"
    OTHER = "other"
    UNKNOWN = "unknown"


class HandoverMessage(Message, topic=topics.HANDOVER, subject="handover_id"):
    """What every message about a handover carries; `origin_id` is the case or the referral."""

    handover_id: UUID
    family_id: UUID
    origin: HandoverOrigin
    origin_id: UUID
    referral_ids: tuple[UUID, ...]
    urgent: bool


class HandoverOpened(HandoverMessage, type="earlyhelp.handover.opened.v1"):
    """Handover took a proposed step-up on."""


class HandoverAuthorised(HandoverMessage, type="earlyhelp.handover.authorised.v1"):
    """A manager authorised the handover, on the urgent road perhaps after it was sent."""

    authorised_by: ActorId


class HandoverSent(HandoverMessage, type="earlyhelp.handover.sent.v1"):
    """The pack left for the receiving team; nobody has acknowledged it yet."""

    pack_version: Ordinal
    pack_sha256: Sha256


class HandoverSendFailed(HandoverMessage, type="earlyhelp.handover.send-failed.v1"):
    """The pack is not known to have reached anyone, so a person must telephone."""

    reason: SendFailedReason


class HandoverDelivered(HandoverMessage, type="earlyhelp.handover.delivered.v1"):
    """The receiving system has the pack; on the urgent road that stops no clock."""


class HandoverAcknowledged(HandoverMessage, type="earlyhelp.handover.acknowledged.v1"):
    """The receiving team said that it has the pack."""

    by: AcknowledgedBy


class HandoverInformationRequested(
    HandoverMessage, type="earlyhelp.handover.information-requested.v1"
):
    """The receiving team asked for more before it decides."""


class HandoverAccepted(HandoverMessage, type="earlyhelp.handover.accepted.v1"):
    """The receiving team takes the family; early help stays until the handover is completed."""


class HandoverDeclined(HandoverMessage, type="earlyhelp.handover.declined.v1"):
    """The receiving team declined, so the family stays where it was, open."""

    reason: DeclinedReason


class HandoverVisitRecorded(HandoverMessage, type="earlyhelp.handover.visit-recorded.v1"):
    """The handover visit was made, by both workers or, with a recorded reason, not."""

    joint: bool


class HandoverCompleted(HandoverMessage, type="earlyhelp.handover.completed.v1"):
    """The receiving worker is named and owns the family; only this releases its origin."""

    completed_at: Instant


class HandoverCancelled(HandoverMessage, type="earlyhelp.handover.cancelled.v1"):
    """The step-up was taken back before it was accepted, so the family stays where it was."""
