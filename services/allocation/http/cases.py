"""Cases: listed, read, ranked for allocation; every read of one is audited with it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from chassis import audit
from services.allocation.domain.capacity import Candidate
from services.allocation.domain.statuses import Status
from services.allocation.http.doors import Manager, Reader, Worker
from services.allocation.http.shown import CaseListed, CaseShown, show
from services.allocation.outbound.referral import contact_route
from services.allocation.room import TheRoom
from services.allocation.store.cases import list_cases, read_case
from services.allocation.store.records import records
from services.allocation.store.tables import contacts
from services.allocation.use_cases.rank_workers import rank_workers

router = APIRouter(tags=["cases"])


@router.get("/cases", summary="The council's cases, as ids and codes")
async def listed(
    room: TheRoom,
    actor: Reader,
    *,
    status: Status | None = None,
    team: str | None = None,
    practitioner_id: str | None = None,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> list[CaseListed]:
    """List cases, oldest first; give the last id as `after` for the next page."""
    async with room.engine.connect() as conn:
        rows = await list_cases(
            conn,
            actor.council,
            status=status,
            team=team,
            practitioner_id=practitioner_id,
            after=after,
            limit=limit,
        )
    return [CaseListed.of(row) for row in rows]


@router.get("/cases/{case_id}", summary="One case: who is accountable, clocks, children")
async def read(room: TheRoom, actor: Reader, case_id: UUID) -> CaseShown:
    """Read a case; the read is audited."""
    async with room.engine.begin() as conn:
        case = await read_case(conn, actor.council, case_id)
        await audit.record(
            conn, council=actor.council, actor=actor, action="case.read", subject=case_id
        )
    return show(case, room, actor.council)


class ContactShown(BaseModel):
    """One contact, or try at one."""

    id: UUID
    made_at: datetime
    by: str
    mode: str
    outcome: str
    children_seen: list[UUID]
    verified_adult_id: UUID | None
    note: str | None


@router.get("/cases/{case_id}/contacts", summary="Contact with the family, the latest first")
async def contacts_of(room: TheRoom, actor: Reader, case_id: UUID) -> list[ContactShown]:
    """Read what was tried and who was reached; the read is audited."""
    async with room.engine.begin() as conn:
        await read_case(conn, actor.council, case_id)
        rows = await records(conn, contacts, actor.council, case_id)
        await audit.record(
            conn, council=actor.council, actor=actor, action="case.contacts_read", subject=case_id
        )
    return [
        ContactShown.model_validate({n: row[n] for n in ContactShown.model_fields}) for row in rows
    ]


class CandidateShown(BaseModel):
    """One worker beside the case, with what stands for and against."""

    practitioner_id: str
    team: str
    grade: str
    fits: bool
    reasons: tuple[str, ...]
    families_now: int
    families_after: int
    families_limit: int
    people_now: int
    people_after: int
    people_limit: int
    weight_after: int
    complexity: int
    complexity_cap: int


def _shown(candidate: Candidate, complexity: int) -> CandidateShown:
    worker = candidate.practitioner
    return CandidateShown(
        practitioner_id=worker.staff_id,
        team=worker.team,
        grade=worker.grade,
        fits=candidate.fits,
        reasons=tuple(candidate.reasons),
        families_now=candidate.now.families,
        families_after=candidate.after.families,
        families_limit=candidate.families_limit,
        people_now=candidate.now.people,
        people_after=candidate.after.people,
        people_limit=candidate.people_limit,
        weight_after=candidate.after.weight,
        complexity=complexity,
        complexity_cap=candidate.complexity_cap,
    )


@router.get("/cases/{case_id}/candidates", summary="Workers ranked for the case, with reasons")
async def candidates(room: TheRoom, actor: Manager, case_id: UUID) -> list[CandidateShown]:
    """Rank the council's workers: the system ranks, and never decides."""
    async with room.engine.connect() as conn:
        case = await read_case(conn, actor.council, case_id)
        ranked = await rank_workers(conn, room, actor, case_id)
    return [_shown(candidate, case.complexity) for candidate in ranked]


class RouteShown(BaseModel):
    """By which modes the family may safely be reached."""

    modes: dict[str, bool]
    remote_allowed: bool


@router.get("/cases/{case_id}/contact-route", summary="How the family may safely be reached")
async def route(room: TheRoom, actor: Worker, case_id: UUID) -> RouteShown:
    """Ask the owner of safe contact before any contact; asked anew each time, and audited."""
    async with room.engine.begin() as conn:
        case = await read_case(conn, actor.council, case_id)
        await audit.record(
            conn, council=actor.council, actor=actor, action="case.route_read", subject=case_id
        )
    told = await contact_route(room, actor.council, case.referral_ids)
    return RouteShown(modes=told.modes, remote_allowed=told.remote_allowed)
