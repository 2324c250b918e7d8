"""The handover visit, recorded by either worker."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from chassis.web.moments import Day
from councils.rules import CouncilRules
from services.handover.domain.handover import Handover
from services.handover.domain.kinds import NotJointReason
from services.handover.domain.refusals import ReasonNeeded
from services.handover.domain.turn import Turn, Who
from services.handover.domain.visiting import decide_booking, decide_visit
from services.handover.http.deciding import decided
from services.handover.http.doors import Body, EitherWorker, Words
from services.handover.http.shown import HandoverShown
from services.handover.room import TheRoom

router = APIRouter(prefix="/handovers/{handover_id}", tags=["handover visit"])


class Booking(Body):
    """On which day the visit shall be."""

    on: Day


class Visit(Body):
    """A joint visit on a day, or why it was not joint; `on` may then be empty: no visit at all."""

    joint: bool
    on: Day | None = None
    not_joint: NotJointReason | None = Field(None, alias="reason_not_joint")
    words: Words | None = None


@router.post("/visit-booking", summary="Book the joint visit")
async def book(
    room: TheRoom, actor: EitherWorker, handover_id: UUID, body: Booking
) -> HandoverShown:
    """Book it, or another day for it."""

    def booked(handover: Handover, who: Who, at: datetime, _rules: CouncilRules) -> Turn:
        return decide_booking(handover, who, body.on, at)

    return await decided(room, actor, handover_id, booked)


@router.post("/visit", summary="Record the joint visit, or the reason why it was not")
async def record(
    room: TheRoom, actor: EitherWorker, handover_id: UUID, body: Visit
) -> HandoverShown:
    """Record it."""
    if body.joint == (body.not_joint is not None):
        raise ReasonNeeded

    def visited(handover: Handover, who: Who, at: datetime, _rules: CouncilRules) -> Turn:
        return decide_visit(
            handover, who, on=body.on, not_joint=body.not_joint, words=body.words, at=at
        )

    return await decided(room, actor, handover_id, visited)
