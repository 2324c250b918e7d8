"""What becomes of a pack on its way, and of the handover with it."""

from datetime import datetime

from chassis.effects import Ask, Due, Settle, Stop
from contracts.handover import SendFailedReason
from contracts.roles import Role
from councils.rules import CouncilRules
from councils.working_time import due_after
from services.handover.domain.clocks import ring
from services.handover.domain.facts import Delivered, NotSent, Sent
from services.handover.domain.handover import Handover
from services.handover.domain.kinds import Asks, NoteKind, TimerKind
from services.handover.domain.refusals import NotAuthorisedYet
from services.handover.domain.statuses import By, Status
from services.handover.domain.turn import Effect, Note, SendPack, Turn, Who, stepped

SENDING = Who("handover.sending", frozenset({By.SENDING}))


def begin_sending(handover: Handover, at: datetime, rules: CouncilRules) -> tuple[Effect, ...]:
    """Let the pack go and start its clocks; too near to the child's going home, ring now."""
    given_up = due_after(at, rules.clocks.handover_send_failed_after, rules)
    begun: tuple[Effect, ...] = (SendPack(), Due(TimerKind.SEND_FAILED, given_up))
    asked = Ask(
        Asks.ACKNOWLEDGE, Role.CARE_RECEIVER, due=handover.alarm_due, urgent=handover.urgent
    )
    if handover.alarm_due is None:
        return (*begun, asked)
    alarm = Due(TimerKind.ACKNOWLEDGEMENT, handover.alarm_due)
    if handover.alarm_due <= at:
        return (*begun, asked, alarm, ring(handover, at, rules))
    return (*begun, asked, alarm)


def decide_delivered(
    handover: Handover, version: int, sha256: str, at: datetime, rules: CouncilRules
) -> Turn:
    """Take the receiving system's receipt. On the urgent road it stops no clock (E3.3)."""
    if not handover.is_open:
        return _arrived_after_the_end(handover)
    sent, step = stepped(
        handover,
        "sent",
        SENDING,
        sent_at=handover.sent_at or at,
        delivered_at=handover.delivered_at or at,
    )
    said_before = handover.delivered_at is not None and handover.sent_at is None
    told = (Sent(version, sha256),) if said_before else (Sent(version, sha256), Delivered())
    effects: tuple[Effect, ...] = (Settle(Asks.PACK_NOT_DELIVERED, "delivered"),)
    if not handover.urgent:
        effects = (
            *effects,
            Stop(TimerKind.SEND_FAILED),
            Settle(Asks.RING, "delivered"),
            *_planned_answer_due(handover, at, rules),
        )
    return Turn(sent, "handover.sent", (step,), told, effects)


def decide_not_delivered(
    handover: Handover, reason: SendFailedReason, at: datetime, rules: CouncilRules
) -> Turn:
    """Bring a pack that does not arrive to a person; sending goes on beside it."""
    if handover.status in (Status.PROPOSED, Status.AUTHORISED, Status.SENT):
        failed, step = stepped(handover, "not_sent", SENDING, reason=reason.value)
        effects = (ring(failed, at, rules),)
        return Turn(failed, "handover.send-failed", (step,), (NotSent(reason),), effects)
    if handover.status is Status.SEND_FAILED:
        return Turn(handover, "handover.still-not-sent", effects=(ring(handover, at, rules),))
    asked = (Ask(Asks.PACK_NOT_DELIVERED, handover.manager),) if handover.is_open else ()
    return Turn(handover, "handover.pack-not-delivered", effects=asked)


def decide_resend(
    handover: Handover, who: Who, answer: str | None, at: datetime, rules: CouncilRules
) -> Turn:
    """Send a new version of the pack, with the answer to what was asked; or hurry one that waits.

    Raises:
        NotAuthorisedYet: It is planned, and no manager has let it go.
    """
    if not handover.may_leave:
        raise NotAuthorisedYet
    again, step = stepped(handover, "sent_again", who)
    effects: tuple[Effect, ...] = (SendPack(),)
    if answer is not None:
        effects = (Note(NoteKind.ANSWER, answer), *effects)
    if handover.status is Status.INFORMATION_REQUESTED:
        due = due_after(at, rules.clocks.handover_decision, rules)
        effects = (
            *effects,
            Settle(Asks.ANSWER, "answered"),
            Due(TimerKind.DECISION, due),
            Ask(Asks.DECIDE, Role.CARE_RECEIVER, due=due, urgent=handover.urgent),
        )
    return Turn(again, "handover.sent-again", (step,), (), effects)


def _planned_answer_due(
    handover: Handover, at: datetime, rules: CouncilRules
) -> tuple[Effect, ...]:
    if not handover.unanswered:
        return ()
    due = due_after(at, rules.clocks.handover_acknowledge, rules)
    return (
        Due(TimerKind.ACKNOWLEDGEMENT, due),
        Ask(Asks.ACKNOWLEDGE, Role.CARE_RECEIVER, due=due),
    )


def _arrived_after_the_end(handover: Handover) -> Turn:
    """Note a pack that arrived although the handover had ended; a person puts it right."""
    asked = (Ask(Asks.TELL_OF_CANCELLATION, handover.manager, urgent=handover.urgent),)
    told = () if handover.status is Status.COMPLETED else asked
    return Turn(handover, "handover.late-pack-delivered", effects=told)
