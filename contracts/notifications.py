"""What the notifications service says: who has been told by what road, never what or where."""

from uuid import UUID

from contracts import topics
from contracts.envelope import Message
from contracts.shapes import Instant, OpenCode


class Milestone(OpenCode):
    """A point on a referral's way at which its referrer is owed a word."""

    RECEIVED = "received"
    ADDED_TO_WORK_IN_HAND = "added_to_work_in_hand"
    ACCEPTED = "accepted"
    WAITING = "waiting"
    ALLOCATED = "allocated"
    SIGNPOSTED = "signposted"
    NOT_PROCEEDING = "not_proceeding"
    NO_CONTACT_LETTER = "no_contact_letter"
    STEP_UP = "step_up"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Channel(OpenCode):
    """The road by which someone was told."""

    WEBHOOK = "webhook"
    FEED = "feed"
    EMAIL = "email"
    SMS = "sms"
    LETTER = "letter"
    PHONE = "phone"
    UNKNOWN = "unknown"


class SuppressedReason(OpenCode):
    """Why nobody is told."""

    NOT_ENTITLED = "not_entitled"
    TIP_OFF_RISK = "tip_off_risk"
    RESTRICTED = "restricted"
    NO_SAFE_ROUTE = "no_safe_route"
    AGENCY_CLOSED = "agency_closed"
    REFUSED_BY_WORKER = "refused_by_worker"
    SUPERSEDED = "superseded"
    UNKNOWN = "unknown"


class LetterNotSentReason(OpenCode):
    """Why a letter did not go, or did not arrive; the worker finds another safe route."""

    POST_NOT_SAFE = "post_not_safe"
    NO_ADDRESS = "no_address"
    AGREEMENT_WITHDRAWN = "agreement_withdrawn"
    REFUSED_BY_PROVIDER = "refused_by_provider"
    RETURNED = "returned"
    UNKNOWN = "unknown"


class NotificationMessage(Message, topic=topics.NOTIFICATIONS, subject="referral_id"):
    """What every message about telling people carries."""

    referral_id: UUID
    family_id: UUID


class MilestoneTold(NotificationMessage, type="earlyhelp.notification.milestone-told.v1"):
    """The referrer has been told of a milestone."""

    notification_id: UUID
    milestone: Milestone
    channel: Channel
    told_at: Instant


class MilestoneUnsettled(NotificationMessage, type="earlyhelp.notification.milestone-unsettled.v1"):
    """A milestone is still untold when it should have been, so a manager is asked."""

    notification_id: UUID
    milestone: Milestone


class MilestoneSuppressed(
    NotificationMessage, type="earlyhelp.notification.milestone-suppressed.v1"
):
    """The referrer is rightly not told of a milestone."""

    notification_id: UUID
    milestone: Milestone
    reason: SuppressedReason


class LetterDispatched(NotificationMessage, type="earlyhelp.notification.letter-dispatched.v1"):
    """The no-contact letter is on its way: this starts the case's ten days."""

    letter_id: UUID
    case_id: UUID
    dispatched_at: Instant


class LetterNotSent(NotificationMessage, type="earlyhelp.notification.letter-not-sent.v1"):
    """The no-contact letter did not go: no days run, and the worker is asked for another route."""

    letter_id: UUID
    case_id: UUID
    reason: LetterNotSentReason
