"""Lets a notification take its next road: the first, or the one after a road that failed."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.notifications import Channel
from services.notifications.domain.status import DeliveryStatus, Status
from services.notifications.domain.things import Delivery, Notification
from services.notifications.room import Room
from services.notifications.store import deliveries
from services.notifications.use_cases.settle import pass_to_a_person

AT_ONCE = timedelta()


async def take_road(conn: AsyncConnection, room: Room, about: Notification) -> Notification:
    """Queue the next road that waits; the last one is a person, who is asked to ring."""
    road = await deliveries.next_waiting(conn, about.council, about.id)
    if road is None or road.channel is Channel.PHONE:
        if road is not None:
            await deliveries.save(conn, replace(road, status=DeliveryStatus.SKIPPED))
        return await pass_to_a_person(conn, room, about)
    await deliveries.save(conn, on_the_way(room, road))
    return about


def on_the_way(room: Room, road: Delivery, after: timedelta = AT_ONCE) -> Delivery:
    """Queue a road, to be tried after a while and given up in the end; a person's is not queued."""
    if road.channel is Channel.PHONE:
        return road
    webhook, notify = room.settings.webhook_give_up_seconds, room.settings.notify_give_up_seconds
    patience = timedelta(seconds=webhook if road.channel is Channel.WEBHOOK else notify)
    at = room.wall() + after
    return replace(road, status=DeliveryStatus.QUEUED, next_try_at=at, give_up_at=at + patience)


async def leave_road(
    conn: AsyncConnection, room: Room, about: Notification, failed: Delivery
) -> Notification:
    """End a road that led nowhere and take the next one, if the notification is still going."""
    await deliveries.save(
        conn,
        replace(
            failed,
            status=DeliveryStatus.FAILED,
            next_try_at=None,
            claim=None,
            claimed_until=None,
        ),
    )
    if about.status is not Status.QUEUED:
        return about
    return await take_road(conn, room, about)
