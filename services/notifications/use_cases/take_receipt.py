"""The provider says what became of an e-mail or a text message."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from services.notifications.domain.patience import pause
from services.notifications.domain.receipts import SENDS, Meaning, of_message
from services.notifications.domain.status import DeliveryStatus, Status
from services.notifications.domain.things import Delivery, Notification
from services.notifications.room import Room
from services.notifications.store import deliveries, known, notifications
from services.notifications.use_cases.next_road import leave_road
from services.notifications.use_cases.settle import told

LONGEST_SILENCE = timedelta(minutes=30)


async def take_receipt(
    conn: AsyncConnection, room: Room, delivery: Delivery, provider_id: str, status: str
) -> None:
    """Take in a status, from a callback or from asking; one of an earlier sending is ignored."""
    about = await notifications.find(conn, delivery.council, delivery.notification_id)
    held = await deliveries.hold(conn, delivery.council, delivery.id)
    if about is None or held is None or held.provider_id not in (None, provider_id):
        return
    meaning = of_message(status)
    if meaning is Meaning.ARRIVED:
        await _arrived(conn, room, about, held)
    elif held.status is not DeliveryStatus.SENT:
        return
    elif meaning is Meaning.SEND_AGAIN and held.round + 1 < SENDS:
        await deliveries.save(conn, _again(room, held))
    elif meaning is not Meaning.ON_ITS_WAY:
        await leave_road(conn, room, about, held)
    else:
        wait = pause(held.tries + 4, room.chance(), LONGEST_SILENCE)
        quiet = replace(held, next_try_at=room.wall() + wait, claim=None, claimed_until=None)
        await deliveries.save(conn, quiet)


async def _arrived(conn: AsyncConnection, room: Room, about: Notification, held: Delivery) -> None:
    done = DeliveryStatus.DELIVERED
    ended = replace(held, status=done, next_try_at=None, claim=None, claimed_until=None)
    await deliveries.save(conn, ended)
    referral = await known.find_referral(conn, about.council, about.referral_id)
    if referral is not None and about.status is not Status.TOLD:
        await told(conn, room, about, referral, held.channel)


def _again(room: Room, held: Delivery) -> Delivery:
    """Queue it once more, as a new sending with a reference of its own."""
    now = room.wall()
    return replace(
        held,
        status=DeliveryStatus.QUEUED,
        round=held.round + 1,
        tries=0,
        provider_id=None,
        next_try_at=now + pause(held.round + 3, room.chance()),
        give_up_at=now + timedelta(seconds=room.settings.notify_give_up_seconds),
        claim=None,
        claimed_until=None,
    )
