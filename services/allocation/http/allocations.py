"""The team's queue, the waiting list, allocation, and the report of limits gone against."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from services.allocation.domain.allocating import AgreementNotCurrent
from services.allocation.http.doors import (
    Body,
    Code,
    Manager,
    StaffId,
    TeamManager,
    TheAsking,
    Words,
)
from services.allocation.http.shown import CaseShown
from services.allocation.outbound.referral import agreement_stands
from services.allocation.room import TheRoom
from services.allocation.store.cases import read_case
from services.allocation.store.records import limits_gone_against
from services.allocation.use_cases.allocate_worker import allocate_worker
from services.allocation.use_cases.let_family_wait import (
    let_family_wait,
    review_wait,
    sort_case,
)

router = APIRouter(tags=["allocation"])


class Sorting(Body):
    """The team whose queue holds the family, and the level of need that grades must match."""

    team: Code | None = None
    complexity: Annotated[int, Field(ge=1, le=4)] | None = None


class Waiting(Body):
    """A family that must wait, in which team's queue."""

    team: Code | None = None


class Review(Body):
    """The weekly question: is it safe to wait?"""

    safe_to_wait: bool
    note: Words | None = None


class Allocation(Body):
    """The worker a family gets; going against a limit needs a reason, which is reported."""

    practitioner_id: StaffId
    override_reason: Words | None = None


@router.post("/cases/{case_id}/queue", summary="Choose the team's queue, or the level of need")
async def sort(
    room: TheRoom, actor: Manager, case_id: UUID, body: Sorting, asking: TheAsking
) -> CaseShown:
    """Put the case in a team's queue before any worker is named."""
    return await asking.do(
        actor,
        lambda conn: sort_case(
            conn, room, actor, case_id, team=body.team, complexity=body.complexity
        ),
    )


@router.post("/cases/{case_id}/waiting", summary="Put the family on the waiting list")
async def wait(
    room: TheRoom, actor: TeamManager, case_id: UUID, body: Waiting, asking: TheAsking
) -> CaseShown:
    """Let the family wait, with a weekly review."""
    return await asking.do(
        actor, lambda conn: let_family_wait(conn, room, actor, case_id, body.team)
    )


@router.post("/cases/{case_id}/waiting/reviews", summary="Answer whether it is safe to wait")
async def review(
    room: TheRoom, actor: Manager, case_id: UUID, body: Review, asking: TheAsking
) -> CaseShown:
    """Review a waiting family; "not safe" asks the duty manager at once."""
    return await asking.do(
        actor,
        lambda conn: review_wait(
            conn, room, actor, case_id, safe=body.safe_to_wait, note=body.note
        ),
    )


@router.post("/cases/{case_id}/allocation", summary="Give the family its worker, or another")
async def allocate(
    room: TheRoom, actor: TeamManager, case_id: UUID, body: Allocation, asking: TheAsking
) -> CaseShown:
    """Allocate, after asking the owner of agreement and before any transaction is open."""
    async with room.engine.connect() as conn:
        case = await read_case(conn, actor.council, case_id)
    if not await agreement_stands(room, actor.council, case.referral_ids):
        raise AgreementNotCurrent
    return await asking.do(
        actor,
        lambda conn: allocate_worker(
            conn,
            room,
            actor,
            case_id,
            body.practitioner_id,
            override_reason=body.override_reason,
        ),
    )


class Override(BaseModel):
    """One allocation that went against a limit."""

    case_id: UUID
    practitioner_id: str
    at: datetime
    by: str
    went_against: list[str]
    override_reason: str | None


@router.get("/allocation-overrides", summary="Allocations that went against a limit, and why")
async def overrides(room: TheRoom, actor: Manager) -> list[Override]:
    """Report the latest allocations against a limit."""
    async with room.engine.connect() as conn:
        rows = await limits_gone_against(conn, actor.council)
    return [Override.model_validate({n: row[n] for n in Override.model_fields}) for row in rows]
