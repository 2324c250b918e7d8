"""Detail for the hub's other services, each for its stated purpose."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header

from chassis.outcalls import PURPOSE_HEADER
from chassis.web.identity import Actor, calling_service
from contracts.purposes import Purpose
from services.referral.room import TheRoom
from services.referral.store.scope import Reader
from services.referral.use_cases.hand_out_detail import hand_out_detail

router = APIRouter(prefix="/internal", tags=["internal"])

Calling = Annotated[Actor, Depends(calling_service("allocation", "handover", "notifications"))]


@router.get("/{council}/referrals/{referral_id}/detail", summary="Detail for a stated purpose")
async def detail(
    room: TheRoom,
    actor: Calling,
    council: str,
    referral_id: UUID,
    *,
    purpose: Annotated[Purpose, Header(alias=PURPOSE_HEADER)],
    person_id: UUID | None = None,
) -> dict[str, Any]:
    """Commit the audit of the read, then answer."""
    reader = Reader(room.rules(council).code)
    async with room.engine.begin() as conn:
        return await hand_out_detail(
            conn, actor, reader, referral_id, purpose=purpose, person_id=person_id
        )
