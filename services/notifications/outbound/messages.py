"""The lane of e-mails and text messages by GOV.UK Notify: they say only that there is an update."""

from chassis.outcalls import TryLaterError
from contracts.notifications import Channel
from councils.rules import CouncilRules
from services.notifications.domain.things import Claimed, Delivery
from services.notifications.outbound.claiming import claiming_lane
from services.notifications.outbound.contacting import Ready, make_ready
from services.notifications.outbound.govuk_notify import Kind, RefusedByNotify
from services.notifications.outbound.lane import Lane
from services.notifications.outbound.outcomes import (
    record_accepted,
    record_no_road,
    record_try_later,
)
from services.notifications.room import Room
from services.notifications.store import deliveries


def message_lane(room: Room) -> Lane[Claimed]:
    """Make the lane."""
    at_once = room.settings.notify_at_once
    return claiming_lane(room, "messages", deliveries.claim_messages, send_message, at_once=at_once)


async def send_message(room: Room, claimed: Claimed) -> None:
    """Send one claimed message, unless an earlier attempt did and could not say so."""
    ready = await make_ready(room, claimed)
    if ready is None:
        return
    delivery = ready.parcel.delivery
    email = delivery.channel is Channel.EMAIL
    address = ready.contact.email if email else ready.contact.phone
    if not address:
        await record_no_road(room, ready.parcel, "no address")
        return
    try:
        provider_id = await _once(room, ready, delivery, address, "email" if email else "sms")
    except RefusedByNotify as refused:
        await record_no_road(room, ready.parcel, refused.error, refused.status)
    except TryLaterError:
        await record_try_later(room, ready.parcel, "notify away")
    else:
        await record_accepted(room, ready.parcel, provider_id)


async def _once(room: Room, ready: Ready, delivery: Delivery, address: str, kind: Kind) -> str:
    """Send under a reference of its own; after a first try, look whether it went already."""
    if delivery.tries > 1 and (sent := await room.notify.find(kind, delivery.reference)):
        return sent.id
    rules = room.councils[delivery.council]
    template = rules.wording.templates
    said = update_words(rules, ready.contact.reference)
    if kind == "email":
        return await room.notify.send_email(address, str(template.email), said, delivery.reference)
    return await room.notify.send_sms(address, str(template.sms), said, delivery.reference)


def update_words(rules: CouncilRules, reference: str) -> dict[str, str]:
    """Say that there is an update and which; anybody might read over a shoulder."""
    return {"reference": reference, "message": rules.wording.update.format(reference=reference)}
