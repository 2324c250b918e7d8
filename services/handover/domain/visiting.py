"""The handover visit and the end: both workers, or a reason; then a receiving worker by name."""

from datetime import date, datetime

from chassis.effects import Ask, Settle, Stop
from contracts.roles import Role
from councils.working_time import LONDON
from services.handover.domain import facts
from services.handover.domain.handover import Handover
from services.handover.domain.kinds import Asks, NoteKind, NotJointReason, TimerKind
from services.handover.domain.receiving import is_system, must_be_another
from services.handover.domain.refusals import (
    NotAPerson,
    NotAuthorisedYet,
    ReasonNeeded,
    TimeNotPossible,
)
from services.handover.domain.turn import Effect, Note, Turn, Who, stepped


def decide_booking(handover: Handover, who: Who, on: date, at: datetime) -> Turn:
    """Book the visit, or another day for it.

    Raises:
        TimeNotPossible: That day is past.
    """
    _person(who)
    if on < at.astimezone(LONDON).date():
        raise TimeNotPossible
    booked, step = stepped(handover, "booked_for_a_visit", who, visit_booked_on=on)
    effects = (Settle(Asks.ARRANGE_VISIT, "booked"),)
    return Turn(booked, "handover.visit-booked", (step,), (), effects)


def decide_visit(
    handover: Handover,
    who: Who,
    *,
    on: date | None,
    not_joint: NotJointReason | None,
    words: str | None,
    at: datetime,
) -> Turn:
    """Record the visit: joint on a day, or the reason why it was not.

    Raises:
        ReasonNeeded: Neither a day of a joint visit nor a reason is given.
        TimeNotPossible: It is still to come, or was before the handover was accepted.
    """
    _person(who)
    visited, step = stepped(
        handover,
        "visited",
        who,
        reason=not_joint.value if not_joint else None,
        visited_on=on,
        visit_joint=not_joint is None,
        not_joint_reason=not_joint,
    )
    if on is None and not_joint is None:
        raise ReasonNeeded
    if on is not None and not _happened(on, handover.decided_at or handover.opened_at, at):
        raise TimeNotPossible
    effects = (
        *((Note(NoteKind.VISIT, words),) if words else ()),
        Stop(TimerKind.JOINT_VISIT),
        Settle(Asks.ARRANGE_VISIT, "visited"),
        Settle(Asks.VISIT_OVERDUE, "visited"),
        Ask(Asks.NAME_WORKER, Role.CARE_RECEIVER),
    )
    told = (facts.Visited(joint=not_joint is None),)
    return Turn(visited, "handover.visited", (step,), told, effects)


def decide_completion(handover: Handover, who: Who, receiving_worker: str, at: datetime) -> Turn:
    """Name the receiving worker, and with that release early help.

    Raises:
        NotAuthorisedYet: It went on the urgent road and no manager has authorised it since.
    """
    _person(who)
    must_be_another(handover, who)
    completed, step = stepped(
        handover, "completed", who, receiving_worker=receiving_worker, ended_at=at
    )
    if handover.authorised_by is None:
        raise NotAuthorisedYet
    effects: tuple[Effect, ...] = (*(Stop(kind) for kind in TimerKind), Settle(None, "completed"))
    return Turn(completed, "handover.completed", (step,), (facts.Completed(at),), effects)


def _person(who: Who) -> None:
    if is_system(who):
        raise NotAPerson


def _happened(on: date, after: datetime, at: datetime) -> bool:
    return after.astimezone(LONDON).date() <= on <= at.astimezone(LONDON).date()
