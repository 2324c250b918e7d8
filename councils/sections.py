"""The smaller tables of a council's file: its desk, its limits and how it works with others."""

from typing import Literal

from councils.kinds import (
    Code,
    Count,
    Day,
    Email,
    NotNegative,
    Phone,
    Section,
    TimeOfDay,
    Words,
    YesOrNo,
)


class Successor(Section):
    """The authority that takes a council's work over, and from which day."""

    code: Code
    from_date: Day


class OutOfHours(Section):
    """Who answers for children while the desk is closed."""

    name: Words
    phone: Phone


class Desk(Section):
    """The duty desk: when it is open, and what it says first."""

    duty_phone: Phone
    emergency_advice: Words
    rerefer: Words
    out_of_hours: OutOfHours
    opens: TimeOfDay
    closes: TimeOfDay
    closure_days: tuple[Day, ...]


class DutyContact(Section):
    """The named person's queue: what is urgent goes here, never to one inbox alone."""

    label: Words
    email: Email
    phone: Phone


class Limits(Section):
    """What one worker may hold before a manager must say why."""

    families: Count
    people: Count
    complexity: dict[str, Count]
    weight: Count | None = None


class NoContact(Section):
    """What is tried before a case may be proposed for closure because nobody answers."""

    calls_before_visit: Count
    visit_required: YesOrNo
    letter_required: YesOrNo
    risk_question: Words


class Handover(Section):
    """How this council steps a family up."""

    style: Literal["transfer", "alongside"]


class SocialCare(Section):
    """The receiving care system; its address is a service's setting under `endpoint_name`."""

    system: Literal["liquidlogic", "mosaic"]
    endpoint_name: Code
    receiver_label: Words


class Eligibility(Section):
    """Whom early help is for, in this council."""

    prebirth_minimum_weeks: NotNegative
    lower_age: NotNegative
    upper_age: Count
