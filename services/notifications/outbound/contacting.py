"""The first half of every sending: open the parcel, fetch the contact, check that it is active."""

from dataclasses import dataclass

import structlog
from pydantic import ValidationError

from chassis.outcalls import ForAPersonError, TryLaterError
from contracts.notifications import SuppressedReason
from services.notifications.domain.things import Claimed
from services.notifications.outbound.detail import Detail, ReferrerContact
from services.notifications.outbound.outcomes import (
    keep_reference,
    record_no_road,
    record_suppressed,
    record_try_later,
)
from services.notifications.outbound.parcel import Parcel, compose, open_parcel
from services.notifications.room import Room


@dataclass(frozen=True)
class Ready:
    """A parcel that may go: to whom, and what it says."""

    parcel: Parcel
    contact: ReferrerContact
    sentence: str


async def make_ready(room: Room, claimed: Claimed) -> Ready | None:
    """Do all that comes before a call outside; None where there is nothing to send now."""
    parcel = await open_parcel(room, claimed)
    if parcel is None:
        return None
    council, referral_id = claimed.council, parcel.referral.referral_id
    try:
        contact = await Detail(room.outcalls).referrer(council, referral_id)
        if not contact.active:
            await record_suppressed(room, parcel, SuppressedReason.AGENCY_CLOSED)
            return None
        sentence = await compose(room, parcel, contact)
    except TryLaterError:
        await record_try_later(room, parcel, "detail away")
        return None
    except (ForAPersonError, ValidationError) as refused:
        structlog.get_logger().error("detail_refused", kind=parcel.about.milestone)
        await record_no_road(room, parcel, getattr(refused, "slug", "unreadable detail"))
        return None
    await keep_reference(room, parcel, contact.reference)
    if sentence is None:
        await record_suppressed(room, parcel, SuppressedReason.NOT_ENTITLED)
        return None
    return Ready(parcel, contact, sentence)
