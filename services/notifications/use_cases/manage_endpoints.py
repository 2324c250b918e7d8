"""An agency says where it is told: one address at a time, with a secret that it sees once."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import audit
from chassis.clocks import new_id
from chassis.facts import Forbidden, NotAllowed, NotFound
from chassis.prompts import settle_prompts
from chassis.web.identity import Actor
from services.notifications.domain.addresses import check_address
from services.notifications.domain.things import Endpoint
from services.notifications.outbound.seals import new_secret
from services.notifications.room import Room
from services.notifications.store import endpoints
from services.notifications.store.deliveries import leave_endpoint
from services.notifications.store.endpoints import ACTIVE, REMOVED


class EndpointExists(NotAllowed):
    """The agency has an active endpoint already (409)."""

    slug = "webhook-endpoint-exists"
    title = "Your agency has a webhook endpoint; remove it before you register another"


class EndpointDisabled(NotAllowed):
    """The endpoint asked not to be called any more (409)."""

    slug = "webhook-endpoint-disabled"
    title = "This endpoint answered that it is gone; register it again"


def agency_of(actor: Actor) -> UUID:
    """Give the agency's id, which its tokens carry as their organisation."""
    try:
        return UUID(actor.organisation)
    except ValueError:
        raise Forbidden("This token names no agency.") from None


async def register_endpoint(
    conn: AsyncConnection, room: Room, actor: Actor, url: str
) -> tuple[Endpoint, str]:
    """Register an address and draw its secret, which is shown this once.

    Raises:
        AddressRefused: it is not one that we may call.
        EndpointExists: another is active.
    """
    check_address(url, production=room.settings.environment == "production")
    endpoint = Endpoint(
        council=actor.council,
        id=new_id(),
        agency_id=agency_of(actor),
        url=url,
        status=ACTIVE,
        created_at=room.wall(),
    )
    if not await endpoints.register(conn, endpoint):
        raise EndpointExists
    secret = await _draw(conn, room, endpoint, room.wall())
    await _noted(conn, actor, endpoint.id, "webhook endpoint registered")
    return endpoint, secret


async def rotate_secret(
    conn: AsyncConnection, room: Room, actor: Actor, endpoint_id: UUID
) -> tuple[str, datetime]:
    """Draw a new secret; until the time given the old one signs beside it."""
    endpoint = await the_endpoint(conn, actor, endpoint_id)
    if endpoint.status != ACTIVE:
        raise EndpointDisabled
    overlap = timedelta(seconds=room.settings.webhook_secret_overlap_seconds)
    until = room.wall() + overlap
    secret = await _draw(conn, room, endpoint, until)
    await _noted(conn, actor, endpoint.id, "webhook secret rotated")
    return secret, until


async def remove_endpoint(
    conn: AsyncConnection, room: Room, actor: Actor, endpoint_id: UUID
) -> None:
    """Remove an endpoint and forget its secrets; what is queued for it takes another road."""
    endpoint = await the_endpoint(conn, actor, endpoint_id)
    now = room.wall()
    await endpoints.end(conn, endpoint.council, endpoint.id, REMOVED, now)
    await leave_endpoint(conn, endpoint.council, endpoint.id, now)
    await settle_prompts(
        conn, council=actor.council, subject=endpoint.id, outcome="removed", by=actor.subject
    )
    await _noted(conn, actor, endpoint.id, "webhook endpoint removed")


async def the_endpoint(conn: AsyncConnection, actor: Actor, endpoint_id: UUID) -> Endpoint:
    """Hold an endpoint of this agency.

    Raises:
        NotFound: it is another's, or there is none.
    """
    found = await endpoints.theirs(conn, actor.council, agency_of(actor), endpoint_id)
    if not found:
        raise NotFound
    return found[0]


async def _draw(conn: AsyncConnection, room: Room, endpoint: Endpoint, old_until: datetime) -> str:
    secret = new_secret()
    await endpoints.add_secret(conn, endpoint, room.sealer.seal(secret), room.wall(), old_until)
    return secret


async def _noted(conn: AsyncConnection, actor: Actor, endpoint_id: UUID, action: str) -> None:
    await audit.record(conn, council=actor.council, actor=actor, action=action, subject=endpoint_id)
