"""An agency pulls what it is told: checked then, as all else is when it is sent."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import audit
from chassis.facts import NotFound
from chassis.web.identity import Actor
from contracts.notifications import Channel, Milestone
from services.notifications.domain.policy import Way
from services.notifications.domain.status import Status
from services.notifications.domain.things import Notification, Referral
from services.notifications.room import Room
from services.notifications.store import known, notifications
from services.notifications.use_cases.advance import verdict_now
from services.notifications.use_cases.manage_endpoints import agency_of
from services.notifications.use_cases.preview import preview
from services.notifications.use_cases.settle import told

Pulled = tuple[Notification, str, str]
"""An update with its reference and its sentence."""


async def pull_updates(
    conn: AsyncConnection, room: Room, actor: Actor, after: UUID | None, at_most: int
) -> list[Pulled]:
    """Give what the agency has not said it has read, the oldest first."""
    council, agency_id = actor.council, agency_of(actor)
    pulled: list[Pulled] = []
    for each in await notifications.for_agency(conn, council, agency_id, after, at_most):
        referral = await known.find_referral(conn, council, each.referral_id)
        if referral is None or not await _may_be_pulled(conn, room, each, referral):
            continue
        sentence = await preview(conn, room, each, referral, where=False)
        if sentence is not None:
            pulled.append((each, referral.reference or "", sentence))
    return pulled


async def read_update(conn: AsyncConnection, room: Room, actor: Actor, update_id: UUID) -> None:
    """Keep that the agency has read an update: it has been told.

    Raises:
        NotFound: it is another's, or may not be told now.
    """
    council, agency_id = actor.council, agency_of(actor)
    about = await notifications.find_for_agency(conn, council, agency_id, update_id)
    referral = about and await known.find_referral(conn, council, about.referral_id)
    if not about or not referral or not await _may_be_pulled(conn, room, about, referral):
        raise NotFound
    if about.read_at is not None:
        return
    about = replace(about, read_at=room.wall())
    await notifications.save(conn, about)
    action = "update read"
    await audit.record(conn, council=council, actor=actor, action=action, subject=about.id)
    if about.status is not Status.TOLD:
        await told(conn, room, about, referral, Channel.FEED)


async def _may_be_pulled(
    conn: AsyncConnection, room: Room, about: Notification, referral: Referral
) -> bool:
    """Check it as before a sending; "accepted" waits here too until it is known what became of it.

    Otherwise an agency that asks quickly would hear that its referral opened a case of its own,
    where it is only to hear that it was added to work in hand.
    """
    if about.status is Status.TOLD:
        return True
    waits = about.milestone is Milestone.ACCEPTED and referral.case_id is None
    if waits and about.status is Status.QUEUED:
        return False
    return (await verdict_now(conn, room, about, referral)).way is Way.GO
