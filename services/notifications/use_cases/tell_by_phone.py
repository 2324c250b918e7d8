"""A person rang the referrer: told, or not reached, or it turned out not to be safe."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import audit
from chassis.web.identity import Actor
from contracts.notifications import Channel, SuppressedReason
from services.notifications.domain.life import NOTIFICATION
from services.notifications.domain.things import Notification
from services.notifications.room import Room
from services.notifications.use_cases.approve_wording import the_notification
from services.notifications.use_cases.settle import suppressed, told


class Rang(StrEnum):
    """What came of ringing."""

    TOLD = "told"
    NOT_REACHED = "not_reached"
    NOT_SAFE = "not_safe"


async def tell_by_phone(
    conn: AsyncConnection, room: Room, actor: Actor, notification_id: UUID, outcome: Rang
) -> Notification:
    """Record what came of the call; it stays in the queue until somebody is told, or may not be."""
    about, referral = await the_notification(conn, actor.council, notification_id)
    if outcome is Rang.TOLD:
        return await told(conn, room, about, referral, Channel.PHONE, by=actor, may="told_by_phone")
    if outcome is Rang.NOT_SAFE:
        reason = SuppressedReason.NO_SAFE_ROUTE
        return await suppressed(conn, room, about, referral, reason, by=actor, may="found_unsafe")
    NOTIFICATION.take(about.status, "told_by_phone", actor.roles)
    await audit.record(
        conn,
        council=actor.council,
        actor=actor,
        action="referrer not reached by phone",
        subject=about.id,
        detail=(about.milestone,),
    )
    return about
