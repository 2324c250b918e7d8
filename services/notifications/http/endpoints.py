"""Webhook endpoints over HTTP: an agency registers where it is told, and changes its secret."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, StringConstraints

from chassis.web.identity import Actor, agency
from contracts.roles import AgencyScope
from services.notifications.domain.things import Endpoint
from services.notifications.room import TheRoom
from services.notifications.store import endpoints
from services.notifications.use_cases.manage_endpoints import (
    agency_of,
    register_endpoint,
    remove_endpoint,
    rotate_secret,
)

router = APIRouter(prefix="/webhook-endpoints", tags=["webhook endpoints"])
Manager = Annotated[Actor, Depends(agency(AgencyScope.MANAGE_WEBHOOKS))]


class NewEndpoint(BaseModel):
    """Where updates are to be posted."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    url: Annotated[str, StringConstraints(min_length=8, max_length=2048, pattern=r"^https?://")]


class EndpointShown(BaseModel):
    """An endpoint as its agency sees it."""

    id: UUID
    url: str
    status: str
    created_at: datetime


class EndpointWithSecret(EndpointShown):
    """A new endpoint with the secret that signs; it is shown this once."""

    secret: str


class NewSecret(BaseModel):
    """A new secret, shown this once; until then both secrets sign."""

    secret: str
    old_secret_signs_until: datetime


@router.post("", status_code=201)
async def register(room: TheRoom, actor: Manager, new: NewEndpoint) -> EndpointWithSecret:
    """Register where your updates are posted."""
    async with room.engine.begin() as conn:
        endpoint, secret = await register_endpoint(conn, room, actor, new.url)
    return EndpointWithSecret(**_shown(endpoint).model_dump(), secret=secret)


@router.get("")
async def listed(room: TheRoom, actor: Manager) -> list[EndpointShown]:
    """Your endpoints."""
    async with room.engine.begin() as conn:
        found = await endpoints.theirs(conn, actor.council, agency_of(actor))
    return [_shown(each) for each in found]


@router.post("/{endpoint_id}/secret")
async def secret(room: TheRoom, actor: Manager, endpoint_id: UUID) -> NewSecret:
    """Change the secret; both sign for a day."""
    async with room.engine.begin() as conn:
        drawn, until = await rotate_secret(conn, room, actor, endpoint_id)
    return NewSecret(secret=drawn, old_secret_signs_until=until)


@router.delete("/{endpoint_id}", status_code=204)
async def remove(room: TheRoom, actor: Manager, endpoint_id: UUID) -> None:
    """Be told by e-mail again."""
    async with room.engine.begin() as conn:
        await remove_endpoint(conn, room, actor, endpoint_id)


def _shown(endpoint: Endpoint) -> EndpointShown:
    return EndpointShown(
        id=endpoint.id,
        url=endpoint.url,
        status=endpoint.status,
        created_at=endpoint.created_at,
    )
