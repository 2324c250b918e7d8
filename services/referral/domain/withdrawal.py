"""Who may take whose agreement back: one adult's word never silences what protects another."""

from enum import StrEnum

from chassis.facts import NotAllowed


class AskedBy(StrEnum):
    """Who asked for the withdrawal."""

    THEMSELVES = "themselves"
    ANOTHER_ADULT = "another_adult"
    CHILD = "child"
    PROFESSIONAL = "professional"


class NotGivenByThem(NotAllowed):
    """The person never agreed, so there is nothing that could be taken back."""

    slug = "no-agreement-to-withdraw"
    title = "There is no agreement of this person to withdraw"


class TakenBackAnotherWay(NotAllowed):
    """The person agreed; who asks to take that back, and at whose risk, must be said with it."""

    slug = "agreement-is-taken-back-another-way"
    title = "This person agreed: record it as a withdrawal, with who asked and the risk answer"


def takes_effect(asked_by: AskedBy) -> bool:
    """Whether it is the person's own word; anybody else's goes to a manager first."""
    return asked_by is AskedBy.THEMSELVES
