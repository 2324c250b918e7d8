"""Taking a step-up back before it was accepted; who may have read it is told by a person."""

from datetime import datetime

from chassis.effects import Ask
from services.handover.domain import facts
from services.handover.domain.handover import Handover
from services.handover.domain.kinds import Asks, CancelledReason, NoteKind
from services.handover.domain.receiving import ended
from services.handover.domain.turn import Note, Turn, Who, stepped


def decide_cancellation(
    handover: Handover, who: Who, reason: CancelledReason, words: str | None, at: datetime
) -> Turn:
    """Cancel it: nothing more is sent, and the family stays where it was."""
    cancelled, step = stepped(
        handover, "cancelled", who, reason=reason.value, cancelled_reason=reason, ended_at=at
    )
    known = handover.delivered_at is not None or handover.acknowledged_at is not None
    effects = (
        *ended("cancelled"),
        *((Note(NoteKind.CANCELLATION, words),) if words else ()),
        *((Ask(Asks.TELL_OF_CANCELLATION, handover.manager),) if known else ()),
    )
    return Turn(cancelled, "handover.cancelled", (step,), (facts.Cancelled(),), effects)
