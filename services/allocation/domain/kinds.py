"""The kinds of timer that run on a case, and the kinds of prompt that people are asked by."""

from enum import StrEnum


class TimerKind(StrEnum):
    """What a timer waits for. Each prompts a person; none closes, steps up or discloses."""

    ALLOCATION = "allocation"
    WAITING_REVIEW = "waiting_review"
    FIRST_CONTACT = "first_contact"
    VISIT_BY = "visit_by"
    NO_CONTACT_ANSWER = "no_contact_answer"
    NOT_SEEN_ASK = "not_seen_ask"
    NOT_SEEN_CONSULT = "not_seen_consult"
    CLOSURE_CONFIRMATION = "closure_confirmation"
    OPEN_CASE_ALERT = "open_case_alert"


class RiskAbout(StrEnum):
    """What a manager's risk answer is about."""

    DANGER = "danger_reported"
    WORRY = "referrer_worried"
    AGREEMENT = "agreement_withdrawn"
    DIVERSION = "other_referral_diverted"


class Asks(StrEnum):
    """What somebody is asked to do."""

    ALLOCATE = "allocate_case"
    ALLOCATION_OVERDUE = "allocation_overdue"
    REALLOCATE = "reallocate_case"
    REVIEW_WAITING = "review_waiting_family"
    NOT_SAFE_TO_WAIT = "family_not_safe_to_wait"
    FIRST_CONTACT_OVERDUE = "first_contact_overdue"
    VISIT_OVERDUE = "visit_overdue"
    READ_NEW_REFERRAL = "read_new_referral"
    ASK_WHO_HAS_SEEN = "ask_school_health_visitor_or_domestic_abuse_worker_about_child"
    CONSULT_MASH = "consult_mash_about_unseen_child"
    ANOTHER_SAFE_ROUTE = "find_another_safe_route"
    LETTER_UNANSWERED = "decide_after_letter_unanswered"
    CONFIRM_CLOSURE = "confirm_or_refuse_closure"
    CLOSURE_OVERDUE = "closure_decision_overdue"
    CLOSURE_ANSWERED = "family_answered_before_closure"
    LONG_OPEN = "case_open_for_long"
    AGREEMENT_WITHDRAWN = "agreement_withdrawn_risk_question"
    DANGER = "danger_reported"
    DANGER_TO_WORKER = "danger_reported_to_worker"
    DANGER_AFTER_CLOSURE = "danger_reported_after_closure"
    REFERRER_WORRIED = "referrer_is_worried"
    DIVERTED = "other_referral_diverted_to_safeguarding"
    UNSAFE = "contact_was_unsafe"
    MOVED = "family_moved"
    REFUSED = "family_refused"
    OWN_STEP_UP = "duty_manager_owns_step_up"
    STEP_UP_RETURNED = "step_up_came_back"
    TELL_SOCIAL_CARE = "tell_social_care_what_came_meanwhile"


SETTLED_BY_THE_WORK = frozenset(
    {
        Asks.ALLOCATE,
        Asks.REALLOCATE,
        Asks.REVIEW_WAITING,
        Asks.CONFIRM_CLOSURE,
        Asks.CONSULT_MASH,
        Asks.LETTER_UNANSWERED,
        Asks.AGREEMENT_WITHDRAWN,
        Asks.DANGER,
        Asks.REFERRER_WORRIED,
        Asks.DIVERTED,
    }
)
"""Nobody ticks these off: the step or the answer they ask for settles them."""

NOT_SEEN_HINTS = ("school", "health_visitor", "domestic_abuse_worker")
"""Who may have seen the child meanwhile (E3.2)."""
