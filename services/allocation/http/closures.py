"""Closing a case: proposed by one person, confirmed or refused by another."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from contracts.allocation import ClosureReason
from services.allocation.domain.case import Checklist
from services.allocation.http.doors import (
    Body,
    Manager,
    TeamManager,
    TheAsking,
    Words,
    Worker,
)
from services.allocation.http.shown import CaseShown
from services.allocation.room import TheRoom
from services.allocation.use_cases.close_case import (
    confirm_closure,
    propose_closure,
    refuse_closure,
)

router = APIRouter(tags=["closure"])


class Ticked(Body):
    """What was done before the end; a planned end needs the review, the plan and farewells."""

    review_agreed: bool = False
    plan_updated: bool = False
    farewell_visits: Annotated[tuple[UUID, ...], Field(max_length=50)] = ()
    farewell_not_possible: bool = False
    other_safe_route_tried: bool = False


class Closing(Body):
    """A proposal to close."""

    reason: ClosureReason
    checklist: Ticked = Ticked()
    note: Words | None = None


class Confirmation(Body):
    """The manager's answer to the council's risk question."""

    risk_answer: Words


class Refusal(Body):
    """Why the case stays open."""

    reason: Words


@router.post("/cases/{case_id}/closure", summary="Propose to close the case")
async def propose(
    room: TheRoom, actor: Worker, case_id: UUID, body: Closing, asking: TheAsking
) -> CaseShown:
    """Propose; `closure.blockers` names what still stands before it."""
    ticked = body.checklist
    checklist = Checklist(
        ticked.review_agreed,
        ticked.plan_updated,
        tuple(dict.fromkeys(ticked.farewell_visits)),
        ticked.farewell_not_possible,
        ticked.other_safe_route_tried,
    )
    return await asking.do(
        actor,
        lambda conn: propose_closure(
            conn,
            room,
            actor,
            case_id,
            reason=body.reason,
            checklist=checklist,
            note=body.note,
        ),
    )


@router.post("/cases/{case_id}/closure/confirmation", summary="Close the case")
async def confirm(
    room: TheRoom, actor: TeamManager, case_id: UUID, body: Confirmation, asking: TheAsking
) -> CaseShown:
    """Confirm; refused to the proposer, and while anything stands before it."""
    return await asking.do(
        actor, lambda conn: confirm_closure(conn, room, actor, case_id, body.risk_answer)
    )


@router.post("/cases/{case_id}/closure/refusal", summary="Keep the case open")
async def refuse(
    room: TheRoom, actor: Manager, case_id: UUID, body: Refusal, asking: TheAsking
) -> CaseShown:
    """Refuse; the case stands again where it stood before the proposal."""
    return await asking.do(
        actor, lambda conn: refuse_closure(conn, room, actor, case_id, body.reason)
    )
