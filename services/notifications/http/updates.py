"""The pull feed: an agency whose system cannot be called fetches its updates, and says it has."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from chassis.web.identity import Actor, agency
from contracts.roles import AgencyScope
from services.notifications.outbound.webhooks import told_as
from services.notifications.room import TheRoom
from services.notifications.use_cases.pull_updates import pull_updates, read_update

router = APIRouter(prefix="/updates", tags=["updates"])
Puller = Annotated[Actor, Depends(agency(AgencyScope.READ_UPDATES))]
MOST = 100


class Update(BaseModel):
    """One update; `id` is what the next page begins after."""

    id: UUID
    update: dict[str, Any]


@router.get("")
async def listed(
    room: TheRoom,
    actor: Puller,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = MOST,
) -> list[Update]:
    """Your updates that you have not said you have read, the oldest first."""
    async with room.engine.begin() as conn:
        found = await pull_updates(conn, room, actor, after, limit)
    return [Update(id=about.id, update=told_as(about, *said)) for about, *said in found]


@router.post("/{update_id}/read", status_code=204)
async def read(room: TheRoom, actor: Puller, update_id: UUID) -> None:
    """Say that you have read it."""
    async with room.engine.begin() as conn:
        await read_update(conn, room, actor, update_id)
