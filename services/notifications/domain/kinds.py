"""The kinds of timer that run here, and the kinds of prompt that people are asked by."""

from enum import StrEnum

TOLD_BY_NOW = "notice_unsettled"


class Asks(StrEnum):
    """What somebody is asked to do."""

    APPROVE = "approve_wording"
    RELEASE = "release_family_messages"
    TELL_BY_PHONE = "tell_by_phone"
    UNSETTLED = "referrer_not_told"
    LETTER_RETURNED = "letter_returned_ask_about_safe_post"
    LETTER_DELAYED = "letter_delayed"
    ENDPOINT_GONE = "webhook_endpoint_gone"


SETTLED_BY_THE_WORK = frozenset({Asks.APPROVE, Asks.RELEASE, Asks.TELL_BY_PHONE})
"""Nobody ticks these off: approving, releasing or telling settles them."""
