"""The codes of a handover: its timers, what people are asked, and the reasons they give."""

from enum import StrEnum


class TimerKind(StrEnum):
    """What a timer waits for. Each prompts a person; none authorises, accepts or closes."""

    AUTHORISATION = "handover_authorisation"
    ACKNOWLEDGEMENT = "handover_acknowledgement"
    SEND_FAILED = "handover_send_failed"
    DECISION = "handover_decision"
    JOINT_VISIT = "handover_joint_visit"


class Asks(StrEnum):
    """What somebody is asked to do."""

    AUTHORISE = "authorise_handover"
    AUTHORISATION_OVERDUE = "handover_authorisation_overdue"
    ACKNOWLEDGE = "acknowledge_handover"
    RING = "ring_social_care"
    PACK_NOT_DELIVERED = "handover_pack_not_delivered"
    DECIDE = "decide_handover"
    DECISION_OVERDUE = "handover_decision_overdue"
    ANSWER = "answer_information_request"
    ARRANGE_VISIT = "arrange_handover_visit"
    VISIT_OVERDUE = "handover_visit_overdue"
    NAME_WORKER = "name_receiving_worker"
    CHALLENGE = "consider_challenging_decline"
    PROPOSED_AGAIN = "step_up_proposed_again"
    TELL_OF_CANCELLATION = "tell_social_care_of_cancellation"


SETTLED_BY_THE_WORK = frozenset(
    {
        Asks.AUTHORISE,
        Asks.ACKNOWLEDGE,
        Asks.DECIDE,
        Asks.ANSWER,
        Asks.ARRANGE_VISIT,
        Asks.NAME_WORKER,
    }
)
"""Nobody ticks these off: the decision they ask for settles them."""


class AcknowledgedHow(StrEnum):
    """How the acknowledgement came; the first two are a named person's."""

    PERSON = "person"
    PHONE = "phone"
    SYSTEM = "system"


class NotJointReason(StrEnum):
    """Why the handover visit was not made by both workers."""

    SAME_WORKER_STAYS = "same_worker_stays"
    FAMILY_REFUSED = "family_refused"
    NOT_SAFE = "not_safe"
    FAMILY_NOT_REACHED = "family_not_reached"
    WORKER_NOT_AVAILABLE = "worker_not_available"
    OTHER = "other"


class CancelledReason(StrEnum):
    """Why a step-up was taken back before it was accepted."""

    PROPOSED_IN_ERROR = "proposed_in_error"
    NO_LONGER_NEEDED = "no_longer_needed"
    FAMILY_MOVED = "family_moved"
    ALREADY_OPEN_ELSEWHERE = "already_open_elsewhere"
    OTHER = "other"


class NoteKind(StrEnum):
    """What a note between the two sides is about."""

    INFORMATION_REQUEST = "information_request"
    ANSWER = "answer"
    DECLINE = "decline"
    VISIT = "visit"
    CANCELLATION = "cancellation"
