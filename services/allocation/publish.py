"""Domain facts as published messages: thin, in order, one sequence number per case."""

from collections.abc import Iterable
from typing import Any

from chassis.messaging.outbox import Outgoing
from contracts import allocation as said
from services.allocation.domain import facts
from services.allocation.domain.case import Case

MESSAGES: dict[type[facts.CaseFact], type[said.CaseMessage]] = {
    facts.Joined: said.ReferralJoinedCase,
    facts.Waitlisted: said.CaseWaitlisted,
    facts.Allocated: said.CaseAllocated,
    facts.FirstReached: said.FirstContactMade,
    facts.Seen: said.ChildSeen,
    facts.NotReached: said.NoContactStepRecorded,
    facts.LetterWanted: said.NoContactLetterRequested,
    facts.LetterUnanswered: said.NoContactExpired,
    facts.ProposedForClosure: said.ClosureProposed,
    facts.Closed: said.CaseClosed,
}
"""The facts whose fields are their message's; the other two are built below."""


def outgoing_of(case: Case, found: Iterable[facts.CaseFact]) -> tuple[Outgoing, ...]:
    """Give the messages for a case's new facts, numbered on from its sequence."""
    return tuple(
        Outgoing(message_of(case, fact), case.council, case.sequence + number)
        for number, fact in enumerate(found, start=1)
    )


def message_of(case: Case, fact: facts.CaseFact) -> said.CaseMessage:
    """Give the message for one fact."""
    about: dict[str, Any] = {
        "case_id": case.id,
        "family_id": case.family_id,
        "referral_ids": case.referral_ids,
    }
    if isinstance(fact, facts.Opened):
        return said.CaseOpened(**about, pathway=case.pathway, team=case.team)
    if isinstance(fact, facts.SteppedUp):
        # Authorisation is handover's: who was consulted here has authorised nothing yet.
        return said.StepUpProposed(**about, **vars(fact), authorised_by=None)
    return MESSAGES[type(fact)](**about, **vars(fact))
