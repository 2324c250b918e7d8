"""Turns what happened to a handover into the messages that say so, numbered in their order."""

from collections.abc import Mapping
from typing import Any

from chassis.messaging.outbox import Outgoing
from contracts import handover as said
from services.handover.domain import facts
from services.handover.domain.handover import Handover
from services.handover.domain.turn import Turn

MESSAGES: Mapping[type[facts.HandoverFact], type[said.HandoverMessage]] = {
    facts.Opened: said.HandoverOpened,
    facts.Authorised: said.HandoverAuthorised,
    facts.Sent: said.HandoverSent,
    facts.NotSent: said.HandoverSendFailed,
    facts.Delivered: said.HandoverDelivered,
    facts.Acknowledged: said.HandoverAcknowledged,
    facts.InformationRequested: said.HandoverInformationRequested,
    facts.Accepted: said.HandoverAccepted,
    facts.Declined: said.HandoverDeclined,
    facts.Visited: said.HandoverVisitRecorded,
    facts.Completed: said.HandoverCompleted,
    facts.Cancelled: said.HandoverCancelled,
}


def outgoing(turn: Turn) -> tuple[Outgoing, ...]:
    """Give each fact of a turn as a message, numbered from where the handover's count stood."""
    handover = turn.handover
    return tuple(
        Outgoing(_message(handover, fact), handover.council, handover.sequence + place)
        for place, fact in enumerate(turn.facts, start=1)
    )


def _message(handover: Handover, fact: facts.HandoverFact) -> said.HandoverMessage:
    carried: dict[str, Any] = {
        "handover_id": handover.id,
        "family_id": handover.family_id,
        "origin": handover.origin,
        "origin_id": handover.origin_id,
        "referral_ids": handover.referral_ids,
        "urgent": handover.urgent,
    }
    return MESSAGES[type(fact)](**carried, **vars(fact))
