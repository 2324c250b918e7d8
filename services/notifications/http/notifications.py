"""Notifications over HTTP: what was told of a referral, what waits for a worker, and who rang."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import audit
from chassis.web.identity import Actor, staff
from contracts.notifications import Channel, Milestone, SuppressedReason
from contracts.roles import Role
from services.notifications.domain.life import DESK, MANAGERS, WORKERS
from services.notifications.domain.status import Status
from services.notifications.domain.things import Notification
from services.notifications.room import Room, TheRoom
from services.notifications.store import deliveries, known, notifications
from services.notifications.use_cases.approve_wording import (
    approve_wording,
    suppress_notification,
)
from services.notifications.use_cases.preview import preview
from services.notifications.use_cases.release_family import release_family
from services.notifications.use_cases.tell_by_phone import Rang, tell_by_phone

router = APIRouter(tags=["notifications"])
Worker = Annotated[Actor, Depends(staff(*WORKERS))]
Reader = Annotated[Actor, Depends(staff(*WORKERS, Role.RECORDS_OFFICER))]
AtDesk = Annotated[Actor, Depends(staff(*DESK))]
Manager = Annotated[Actor, Depends(staff(*MANAGERS))]


class Road(BaseModel):
    """One road that was laid out, and how far it went."""

    channel: Channel
    status: str
    tries: int


class NotificationShown(BaseModel):
    """A notification as staff see it; the sentence is what is said, or would be."""

    id: UUID
    referral_id: UUID
    milestone: Milestone
    status: Status
    reason: str | None
    channel: Channel | None
    occurred_at: datetime
    settled_at: datetime | None
    approved_by: str | None
    sentence: str | None
    roads: list[Road]


class WhyNot(StrEnum):
    """Why a person decides that nobody is told."""

    REFUSED_BY_WORKER = "refused_by_worker"
    NO_SAFE_ROUTE = "no_safe_route"
    RESTRICTED = "restricted"


class Closed(BaseModel):
    """A request that takes no fields but its own."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Suppression(Closed):
    """Nobody is told, and why."""

    reason: WhyNot


class Call(Closed):
    """What came of ringing the referrer."""

    outcome: Rang


class Standing(BaseModel):
    """Where the notification stands now."""

    id: UUID
    status: Status


class Released(BaseModel):
    """How much went on."""

    released: int


@router.get("/notifications")
async def listed(
    room: TheRoom, actor: Reader, referral_id: UUID | None = None
) -> list[NotificationShown]:
    """What was told of a referral, or all that is not settled."""
    async with room.engine.begin() as conn:
        found = await notifications.of_referral(conn, actor.council, referral_id)
        shown = [await _shown(conn, room, each) for each in found]
        await audit.record(
            conn,
            council=actor.council,
            actor=actor,
            action="notifications read",
            subject=referral_id or "unsettled",
        )
    return shown


@router.post("/notifications/{notification_id}/approval")
async def approval(room: TheRoom, actor: Worker, notification_id: UUID) -> Standing:
    """Approve the wording."""
    async with room.engine.begin() as conn:
        about = await approve_wording(conn, room, actor, notification_id)
    return Standing(id=about.id, status=about.status)


@router.post("/notifications/{notification_id}/suppression")
async def suppression(
    room: TheRoom, actor: Worker, notification_id: UUID, given: Suppression
) -> Standing:
    """Decide that nobody is told."""
    reason = SuppressedReason(given.reason.value)
    async with room.engine.begin() as conn:
        about = await suppress_notification(conn, room, actor, notification_id, reason)
    return Standing(id=about.id, status=about.status)


@router.post("/notifications/{notification_id}/told-by-phone")
async def told_by_phone(
    room: TheRoom, actor: AtDesk, notification_id: UUID, call: Call
) -> Standing:
    """Say what came of ringing."""
    async with room.engine.begin() as conn:
        about = await tell_by_phone(conn, room, actor, notification_id, call.outcome)
    return Standing(id=about.id, status=about.status)


@router.post("/families/{family_id}/release")
async def release(room: TheRoom, actor: Manager, family_id: UUID) -> Released:
    """Let what faces the family go on."""
    async with room.engine.begin() as conn:
        return Released(released=await release_family(conn, room, actor, family_id))


async def _shown(conn: AsyncConnection, room: Room, about: Notification) -> NotificationShown:
    referral = await known.find_referral(conn, about.council, about.referral_id)
    said = await preview(conn, room, about, referral) if referral else None
    laid_out = await deliveries.of_notification(conn, about.council, about.id)
    return NotificationShown(
        id=about.id,
        referral_id=about.referral_id,
        milestone=about.milestone,
        status=about.status,
        reason=about.reason,
        channel=about.channel,
        occurred_at=about.occurred_at,
        settled_at=about.settled_at,
        approved_by=about.approved_by,
        sentence=said,
        roads=[Road(channel=d.channel, status=d.status, tries=d.tries) for d in laid_out],
    )
