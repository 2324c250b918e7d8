"""Detail for the hub's other services: each client and purpose has its own fields, all audited."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header

from chassis import audit
from chassis.facts import Forbidden, NotFound
from chassis.outcalls import PURPOSE_HEADER
from chassis.web.identity import Actor, calling_service
from contracts.purposes import Purpose
from services.allocation.room import TheRoom
from services.allocation.use_cases.give_detail import DETAILS

router = APIRouter(prefix="/internal", tags=["internal"])
Client = Annotated[Actor, Depends(calling_service(*{client for client, _ in DETAILS}))]


@router.get("/{council}/cases/{case_id}/detail", summary="Detail of a case for a stated purpose")
async def detail(
    room: TheRoom,
    client: Client,
    *,
    council: str,
    case_id: UUID,
    purpose: Annotated[str, Header(alias=PURPOSE_HEADER)],
    proposal_id: UUID | None = None,
    milestone: str | None = None,
) -> dict[str, Any]:
    """Give what this client may have for this purpose; the audit row is committed before it."""
    if council not in room.councils:
        raise NotFound
    give = DETAILS.get((client.client, purpose))
    if give is None:
        raise Forbidden("This client may not ask for this purpose.")
    async with room.engine.begin() as conn:
        told = await give(conn, room, council, case_id, proposal_id or milestone)
        await audit.record(
            conn,
            council=council,
            actor=client,
            action="case.detail_given",
            subject=case_id,
            purpose=Purpose(purpose),
            detail=sorted(told),
        )
    return told
