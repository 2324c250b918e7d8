"""What the receiving team decides, by named persons: acknowledge, accept, decline, ask, name."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import AfterValidator

from contracts.handover import DeclinedReason
from contracts.shapes import UNKNOWN
from councils.rules import CouncilRules
from services.handover.domain.handover import Handover
from services.handover.domain.receiving import (
    decide_acceptance,
    decide_acknowledgement,
    decide_decline,
    decide_information_request,
)
from services.handover.domain.turn import Turn, Who
from services.handover.domain.visiting import decide_completion
from services.handover.http.deciding import decided
from services.handover.http.doors import Body, PersonName, Receiver, Words
from services.handover.http.shown import HandoverShown
from services.handover.room import TheRoom

router = APIRouter(prefix="/handovers/{handover_id}", tags=["receiving side"])


def _chosen(reason: DeclinedReason) -> DeclinedReason:
    if reason.value == UNKNOWN:
        raise ValueError("choose one of the reasons")
    return reason


class Decline(Body):
    """Why the receiving team declines."""

    reason: Annotated[DeclinedReason, AfterValidator(_chosen)]
    words: Words | None = None


class Question(Body):
    """What the receiving team needs to know before it decides."""

    question: Words


class Completion(Body):
    """Who works with the family from now on."""

    receiving_worker: PersonName


@router.post("/acknowledgement", summary="Say that you have it; a system's word is a delivery")
async def acknowledge(room: TheRoom, actor: Receiver, handover_id: UUID) -> HandoverShown:
    """Stop the alarm, if a named person says so."""
    return await decided(room, actor, handover_id, decide_acknowledgement)


@router.post("/acceptance", summary="Take the family on")
async def accept(room: TheRoom, actor: Receiver, handover_id: UUID) -> HandoverShown:
    """Accept; early help stays until a receiving worker is named."""
    return await decided(room, actor, handover_id, decide_acceptance)


@router.post("/decline", summary="Decline, with a reason; the family stays where it was")
async def decline(
    room: TheRoom, actor: Receiver, handover_id: UUID, body: Decline
) -> HandoverShown:
    """Decline."""

    def declined(handover: Handover, who: Who, at: datetime, rules: CouncilRules) -> Turn:
        return decide_decline(
            handover, who, reason=body.reason, words=body.words, at=at, rules=rules
        )

    return await decided(room, actor, handover_id, declined)


@router.post("/information-request", summary="Ask for more before you decide")
async def ask(room: TheRoom, actor: Receiver, handover_id: UUID, body: Question) -> HandoverShown:
    """Ask; the clock of the decision runs on."""

    def asked(handover: Handover, who: Who, at: datetime, rules: CouncilRules) -> Turn:
        return decide_information_request(handover, who, body.question, at, rules)

    return await decided(room, actor, handover_id, asked)


@router.post("/completion", summary="Name the receiving worker, and release early help")
async def complete(
    room: TheRoom, actor: Receiver, handover_id: UUID, body: Completion
) -> HandoverShown:
    """Complete it, once the visit or the reason why it was not joint is recorded."""

    def completed(handover: Handover, who: Who, at: datetime, _rules: CouncilRules) -> Turn:
        return decide_completion(handover, who, body.receiving_worker, at)

    return await decided(room, actor, handover_id, completed)
