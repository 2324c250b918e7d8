"""What early help's managers decide: authorise, send again, record a call, take it back."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter

from chassis.web.moments import Moment
from councils.rules import CouncilRules
from services.handover.domain.authorising import decide_authorisation
from services.handover.domain.cancelling import decide_cancellation
from services.handover.domain.handover import Handover
from services.handover.domain.kinds import CancelledReason
from services.handover.domain.receiving import decide_phone_acknowledgement
from services.handover.domain.sending import decide_resend
from services.handover.domain.turn import Turn, Who
from services.handover.http.deciding import decided
from services.handover.http.doors import Body, Manager, PersonCode, Words
from services.handover.http.shown import HandoverShown
from services.handover.room import TheRoom

router = APIRouter(prefix="/handovers/{handover_id}", tags=["sending side"])


class Resending(Body):
    """A new version of the pack; `answer` is what the receiving team asked for."""

    answer: Words | None = None


NO_ANSWER = Resending()


class Call(Body):
    """Whom the manager spoke to, by the code the receiving team knows them by, and when."""

    person_name_code: PersonCode
    at: Moment


class Cancellation(Body):
    """Why the step-up is taken back."""

    reason: CancelledReason
    words: Words | None = None


@router.post("/authorisation", summary="Authorise: a manager, and another person than the proposer")
async def authorise(room: TheRoom, actor: Manager, handover_id: UUID) -> HandoverShown:
    """Let a planned handover leave; follow an urgent one that has left."""
    return await decided(room, actor, handover_id, decide_authorisation)


@router.post("/resend", summary="Send the pack again, with an answer if one was asked for")
async def resend(
    room: TheRoom, actor: Manager, handover_id: UUID, body: Resending = NO_ANSWER
) -> HandoverShown:
    """Send a further version, or hurry the one that waits."""

    def again(handover: Handover, who: Who, at: datetime, rules: CouncilRules) -> Turn:
        return decide_resend(handover, who, body.answer, at, rules)

    return await decided(room, actor, handover_id, again)


@router.post("/phone-acknowledgement", summary="Record whom you reached by telephone")
async def phoned(room: TheRoom, actor: Manager, handover_id: UUID, body: Call) -> HandoverShown:
    """Stop the alarm: a named person has it."""

    def told(handover: Handover, who: Who, at: datetime, rules: CouncilRules) -> Turn:
        return decide_phone_acknowledgement(
            handover, who, told_by=body.person_name_code, told_at=body.at, at=at, rules=rules
        )

    return await decided(room, actor, handover_id, told)


@router.post("/cancellation", summary="Take the step-up back before it is accepted")
async def cancel(
    room: TheRoom, actor: Manager, handover_id: UUID, body: Cancellation
) -> HandoverShown:
    """Send nothing more; the family stays where it was."""

    def taken_back(handover: Handover, who: Who, at: datetime, _rules: CouncilRules) -> Turn:
        return decide_cancellation(handover, who, body.reason, body.words, at)

    return await decided(room, actor, handover_id, taken_back)
