"""A worker approves what is said, or decides that nobody is told."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.facts import NotFound
from chassis.prompts import settle_prompts
from chassis.web.identity import Actor
from contracts.notifications import SuppressedReason
from services.notifications.domain.kinds import Asks
from services.notifications.domain.status import Status
from services.notifications.domain.things import Notification, Referral
from services.notifications.room import Room
from services.notifications.store import known, notifications
from services.notifications.use_cases.advance import advance
from services.notifications.use_cases.settle import step, suppressed


async def the_notification(
    conn: AsyncConnection, council: str, notification_id: UUID
) -> tuple[Notification, Referral]:
    """Hold a notification of this council.

    Raises:
        NotFound: there is none.
    """
    about = await notifications.find(conn, council, notification_id)
    if about is None:
        raise NotFound
    referral = await known.find_referral(conn, council, about.referral_id)
    if referral is None:
        raise NotFound
    return about, referral


async def approve_wording(
    conn: AsyncConnection, room: Room, actor: Actor, notification_id: UUID
) -> Notification:
    """Approve the wording and let the notification go, if the policy still lets it."""
    about, referral = await the_notification(conn, actor.council, notification_id)
    by = {"approved_by": actor.subject, "approved_at": room.clock.now()}
    taken = await step(conn, room, about, "approved", actor, **by)
    await settle_prompts(
        conn,
        council=actor.council,
        subject=about.id,
        kind=Asks.APPROVE,
        outcome="approved",
        by=actor.subject,
    )
    return await advance(conn, room, taken, referral)


async def suppress_notification(
    conn: AsyncConnection,
    room: Room,
    actor: Actor,
    notification_id: UUID,
    reason: SuppressedReason,
) -> Notification:
    """Decide that nobody is told: any worker of what is held, a manager of the rest."""
    about, referral = await the_notification(conn, actor.council, notification_id)
    may = "refused" if about.status is Status.HELD else "suppressed"
    return await suppressed(conn, room, about, referral, reason, by=actor, may=may)
