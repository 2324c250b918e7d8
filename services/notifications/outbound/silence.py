"""The lane that asks GOV.UK Notify about messages it has been silent about: callbacks get lost."""

from chassis.outcalls import TryLaterError
from services.notifications.domain.things import Claimed, Delivery
from services.notifications.outbound.claiming import claiming_lane
from services.notifications.outbound.govuk_notify import RefusedByNotify, Seen
from services.notifications.outbound.lane import UNHURRIED, Lane
from services.notifications.room import Room
from services.notifications.store import deliveries
from services.notifications.use_cases.take_receipt import take_receipt

FORGOTTEN = "permanent-failure"
"""What we make of a message that Notify does not know any more: the next road is taken."""


def silence_lane(room: Room) -> Lane[Claimed]:
    """Make the lane."""
    at_once = room.settings.notify_at_once
    return claiming_lane(
        room, "silence", deliveries.claim_silent, ask_after, at_once=at_once, slowest=UNHURRIED
    )


async def ask_after(room: Room, claimed: Claimed) -> None:
    """Ask how one message went, and take the answer in as if it had been called back."""
    async with room.engine.connect() as conn:
        delivery = await deliveries.find(conn, claimed.council, claimed.id)
    if delivery is None or delivery.provider_id is None:
        return
    status, outcome = await _status(room, delivery)
    async with room.engine.begin() as conn:
        await deliveries.end_attempt(conn, claimed, room.wall(), outcome)
        await take_receipt(conn, room, delivery, delivery.provider_id, status)


async def _status(room: Room, delivery: Delivery) -> tuple[str, str]:
    try:
        seen: Seen | None = await room.notify.status(delivery.provider_id or "")
    except (TryLaterError, RefusedByNotify):
        return "sending", "notify away"
    return (seen.status, "asked") if seen else (FORGOTTEN, "forgotten")
