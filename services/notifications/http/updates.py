"""The pull feed: an agency whose system cannot be called fetches its updates, and says it has."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from chassis.facts import NotFound
from chassis.web.identity import Actor, agency
from contracts.notifications import Channel
from contracts.roles import AgencyScope
from services.notifications.domain.status import Status
from services.notifications.domain.things import Notification
from services.notifications.outbound.webhooks import told_as
from services.notifications.room import TheRoom
from services.notifications.store import known, notifications
from services.notifications.use_cases.manage_endpoints import agency_of
from services.notifications.use_cases.preview import preview
from services.notifications.use_cases.settle import told

router = APIRouter(prefix="/updates", tags=["updates"])
Puller = Annotated[Actor, Depends(agency(AgencyScope.READ_UPDATES))]
MOST = 100


class Update(BaseModel):
    """One update; `id` is what the next question begins after."""

    id: UUID
    update: dict[str, Any]


@router.get("")
async def listed(
    room: TheRoom,
    actor: Puller,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = MOST,
) -> list[Update]:
    """Your updates, the oldest first."""
    async with room.engine.begin() as conn:
        agency_id = agency_of(actor)
        found = await notifications.for_agency(conn, actor.council, agency_id, after, limit)
        shown: list[Update] = []
        for each in found:
            referral = await known.find_referral(conn, each.council, each.referral_id)
            sentence = await preview(conn, room, each, referral) if referral else None
            if referral is not None and sentence is not None:
                shown.append(_update(each, referral.reference or "", sentence))
    return shown


@router.post("/{update_id}/read", status_code=204)
async def read(room: TheRoom, actor: Puller, update_id: UUID) -> None:
    """Say that you have read it."""
    async with room.engine.begin() as conn:
        agency_id = agency_of(actor)
        about = await notifications.find_for_agency(conn, actor.council, agency_id, update_id)
        if about is None:
            raise NotFound
        referral = await known.find_referral(conn, about.council, about.referral_id)
        if referral is None:
            raise NotFound
        if about.status is not Status.TOLD:
            await told(conn, room, about, referral, Channel.FEED)


def _update(about: Notification, reference: str, sentence: str) -> Update:
    return Update(id=about.id, update=told_as(about, reference, sentence))
