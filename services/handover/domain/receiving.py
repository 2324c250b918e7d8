"""The receiving side: acknowledge, ask, accept or decline; persons decide, systems only deliver."""

from dataclasses import replace
from datetime import datetime

from chassis.effects import Ask, Due, Settle, Stop
from contracts.handover import AcknowledgedBy, DeclinedReason
from contracts.roles import Role
from councils.rules import CouncilRules
from councils.working_time import due_after
from services.handover.domain import facts
from services.handover.domain.handover import Handover
from services.handover.domain.kinds import AcknowledgedHow, Asks, NoteKind, TimerKind
from services.handover.domain.refusals import (
    NotAPerson,
    NotAuthorisedYet,
    ProposersOwnAnswer,
    TimeNotPossible,
)
from services.handover.domain.statuses import By
from services.handover.domain.turn import Effect, Note, StopSending, Turn, Who, stepped

SYSTEM = "system:"
"""How the subject of a machine's token begins; whatever else signs in is a named person."""


def is_system(who: Who) -> bool:
    """Tell a receiving system from a named person."""
    return who.subject.startswith(SYSTEM)


def decide_acknowledgement(handover: Handover, who: Who, at: datetime, rules: CouncilRules) -> Turn:
    """Take an acknowledgement; on the urgent road a system's counts as delivered and no more."""
    _must_have_left(handover)
    must_be_another(handover, who)
    if not is_system(who):
        return _acknowledged(handover, who, AcknowledgedHow.PERSON, at, rules)
    if not handover.urgent:
        machine = replace(who, roles=frozenset({By.CARE_SYSTEM}))
        return _acknowledged(handover, machine, AcknowledgedHow.SYSTEM, at, rules)
    known = handover.delivered_at is not None or not handover.is_open
    told = () if known else (facts.Delivered(),)
    delivered = handover if known else replace(handover, delivered_at=at)
    return Turn(delivered, "handover.delivered", facts=told)


def decide_phone_acknowledgement(
    handover: Handover,
    who: Who,
    *,
    told_by: str,
    told_at: datetime,
    at: datetime,
    rules: CouncilRules,
) -> Turn:
    """Take what a named person of the receiving team said to the manager who rang them.

    Raises:
        TimeNotPossible: The call is in the future, or before the step-up was proposed.
    """
    _must_have_left(handover)
    if not handover.proposed_at <= told_at <= at:
        raise TimeNotPossible
    turn = _acknowledged(handover, who, AcknowledgedHow.PHONE, at, rules)
    known = replace(turn.handover, acknowledged_by=told_by, acknowledged_at=told_at)
    return replace(turn, handover=known)


def decide_acceptance(handover: Handover, who: Who, at: datetime, rules: CouncilRules) -> Turn:
    """Take the family on; who accepts what nobody acknowledged acknowledges it with that."""
    before = _known_to_a_person(handover, who, at, rules)
    accepted, step = stepped(
        before.handover, "accepted", who, decided_at=at, decided_by=who.subject
    )
    due = due_after(at, rules.clocks.joint_visit, rules)
    effects = (
        *_answered("accepted"),
        Due(TimerKind.JOINT_VISIT, due),
        Ask(Asks.ARRANGE_VISIT, handover.manager, due=due),
        Ask(Asks.ARRANGE_VISIT, Role.CARE_RECEIVER, about=Role.CARE_RECEIVER, due=due),
    )
    turn = Turn(accepted, "handover.accepted", (step,), (facts.Accepted(),), effects)
    return before.then(turn)


def decide_decline(
    handover: Handover,
    who: Who,
    *,
    reason: DeclinedReason,
    words: str | None,
    at: datetime,
    rules: CouncilRules,
) -> Turn:
    """Decline it with a reason: the family stays where it was, and a manager may challenge it."""
    before = _known_to_a_person(handover, who, at, rules)
    declined, step = stepped(
        before.handover,
        "declined",
        who,
        reason=reason.value,
        decided_at=at,
        decided_by=who.subject,
        declined_reason=reason,
        ended_at=at,
    )
    effects = (
        *ended("declined"),
        *((Note(NoteKind.DECLINE, words),) if words else ()),
        Ask(Asks.CHALLENGE, handover.manager, urgent=handover.urgent),
    )
    turn = Turn(declined, "handover.declined", (step,), (facts.Declined(reason),), effects)
    return before.then(turn)


def decide_information_request(
    handover: Handover, who: Who, question: str, at: datetime, rules: CouncilRules
) -> Turn:
    """Ask for more before deciding; the clock of the decision runs on."""
    before = _known_to_a_person(handover, who, at, rules)
    asked, step = stepped(before.handover, "asked_about", who)
    effects = (
        Note(NoteKind.INFORMATION_REQUEST, question),
        Settle(Asks.DECIDE, "information_requested"),
        Ask(Asks.ANSWER, handover.manager, urgent=handover.urgent),
    )
    told = (facts.InformationRequested(),)
    return before.then(Turn(asked, "handover.asked-about", (step,), told, effects))


def ended(outcome: str) -> tuple[Effect, ...]:
    """Stop every clock, every question and all sending."""
    return (*(Stop(kind) for kind in TimerKind), Settle(None, outcome), StopSending())


def must_be_another(handover: Handover, who: Who) -> None:
    """Refuse the proposer's own answer: a handover has two sides, whatever roles one person holds.

    Raises:
        ProposersOwnAnswer: Who answers is who proposed.
    """
    if who.subject == handover.proposed_by:
        raise ProposersOwnAnswer


def _must_have_left(handover: Handover) -> None:
    if handover.is_open and not handover.may_leave:
        raise NotAuthorisedYet


def _known_to_a_person(handover: Handover, who: Who, at: datetime, rules: CouncilRules) -> Turn:
    if is_system(who):
        raise NotAPerson
    must_be_another(handover, who)
    if handover.unanswered:
        return decide_acknowledgement(handover, who, at, rules)
    return Turn(handover, "handover.read")


def _acknowledged(
    handover: Handover, who: Who, how: AcknowledgedHow, at: datetime, rules: CouncilRules
) -> Turn:
    may = {
        AcknowledgedHow.PERSON: "acknowledged",
        AcknowledgedHow.PHONE: "acknowledged_by_phone",
        AcknowledgedHow.SYSTEM: "acknowledged_by_system",
    }[how]
    known, step = stepped(
        handover,
        may,
        who,
        acknowledged_at=at,
        acknowledged_by=who.subject,
        acknowledged_how=how,
    )
    due = due_after(at, rules.clocks.handover_decision, rules)
    effects = (
        Stop(TimerKind.ACKNOWLEDGEMENT),
        Stop(TimerKind.SEND_FAILED),
        Settle(Asks.RING, "acknowledged"),
        Settle(Asks.ACKNOWLEDGE, "acknowledged"),
        Due(TimerKind.DECISION, due),
        Ask(Asks.DECIDE, Role.CARE_RECEIVER, due=due, urgent=handover.urgent),
    )
    by = AcknowledgedBy.SYSTEM if how is AcknowledgedHow.SYSTEM else AcknowledgedBy.PERSON
    told = (facts.Acknowledged(by),)
    return Turn(known, "handover.acknowledged", (step,), told, effects)


def _answered(outcome: str) -> tuple[Effect, ...]:
    asked = (Asks.DECIDE, Asks.DECISION_OVERDUE, Asks.ANSWER, Asks.PROPOSED_AGAIN)
    return (Stop(TimerKind.DECISION), *(Settle(each, outcome) for each in asked))
