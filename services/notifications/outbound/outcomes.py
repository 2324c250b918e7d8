"""Records what came of an attempt, in a transaction of its own, after the call."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.notifications import SuppressedReason
from services.notifications.domain.patience import pause
from services.notifications.domain.status import DeliveryStatus, Status
from services.notifications.domain.things import Delivery
from services.notifications.outbound.parcel import Parcel, hold_together
from services.notifications.room import Room
from services.notifications.store import deliveries, known, notifications
from services.notifications.use_cases.next_road import leave_road
from services.notifications.use_cases.settle import suppressed, told


async def record_told(room: Room, parcel: Parcel, status_code: int | None = None) -> None:
    """The referrer has it. This stands even where the claim was lost meanwhile."""
    council, delivery = parcel.claimed.council, parcel.delivery
    async with room.engine.begin() as conn:
        await deliveries.end_attempt(conn, parcel.claimed, room.wall(), "told", status_code)
        about = await notifications.find(conn, council, delivery.notification_id)
        await _mark(conn, delivery, DeliveryStatus.DELIVERED)
        if about is not None and about.status is not Status.TOLD:
            await told(conn, room, about, parcel.referral, delivery.channel)


async def record_accepted(room: Room, parcel: Parcel, provider_id: str) -> None:
    """The provider has it, and will say what became of it."""
    ask_at = room.wall() + timedelta(seconds=room.settings.notify_ask_after_seconds)
    async with room.engine.begin() as conn:
        await deliveries.end_attempt(conn, parcel.claimed, room.wall(), "accepted")
        held = await hold_together(conn, parcel.claimed)
        if held is None:
            return
        sent = replace(
            held[0],
            status=DeliveryStatus.SENT,
            provider_id=provider_id,
            next_try_at=ask_at,
            tries=0,
            claim=None,
            claimed_until=None,
        )
        await deliveries.save(conn, sent)


async def record_try_later(
    room: Room,
    parcel: Parcel,
    outcome: str,
    status_code: int | None = None,
    after: float | None = None,
) -> None:
    """Nothing came of it; try again after a pause, on the same road."""
    async with room.engine.begin() as conn:
        await deliveries.end_attempt(conn, parcel.claimed, room.wall(), outcome, status_code)
        held = await hold_together(conn, parcel.claimed)
        if held is None:
            return
        wait = max(pause(held[0].tries, room.chance()), timedelta(seconds=min(after or 0, 900)))
        later = replace(held[0], next_try_at=room.wall() + wait, claim=None, claimed_until=None)
        await deliveries.save(conn, later)


async def record_no_road(
    room: Room, parcel: Parcel, outcome: str, status_code: int | None = None
) -> None:
    """This road leads nowhere; take the next one."""
    async with room.engine.begin() as conn:
        await deliveries.end_attempt(conn, parcel.claimed, room.wall(), outcome, status_code)
        held = await hold_together(conn, parcel.claimed)
        if held is not None:
            await leave_road(conn, room, held[1], held[0])


async def record_suppressed(room: Room, parcel: Parcel, reason: SuppressedReason) -> None:
    """The check at the last moment said that nobody is told."""
    async with room.engine.begin() as conn:
        await deliveries.end_attempt(conn, parcel.claimed, room.wall(), reason)
        held = await hold_together(conn, parcel.claimed)
        if held is not None and held[1].status is Status.QUEUED:
            await suppressed(conn, room, held[1], held[2], reason)


async def keep_reference(room: Room, parcel: Parcel, reference: str) -> None:
    """Keep the referral's human reference, which holds no person, for worklists and letters."""
    if parcel.referral.reference == reference:
        return
    async with room.engine.begin() as conn:
        where = parcel.claimed.council, parcel.referral.referral_id
        await known.learn(conn, *where, {"reference": reference})


async def _mark(conn: AsyncConnection, delivery: Delivery, status: DeliveryStatus) -> None:
    held = await deliveries.hold(conn, delivery.council, delivery.id)
    if held is not None:
        done = replace(held, status=status, next_try_at=None, claim=None, claimed_until=None)
        await deliveries.save(conn, done)
