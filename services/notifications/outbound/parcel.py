"""Opens a claimed delivery at the moment of sending: is it still wanted, and may it still go?"""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.notifications import Milestone
from services.notifications.domain.policy import Way
from services.notifications.domain.quiet_hours import waits
from services.notifications.domain.sentence import Told, values_of
from services.notifications.domain.status import DeliveryStatus, Status
from services.notifications.domain.things import (
    Claimed,
    Delivery,
    Endpoint,
    Notification,
    Referral,
)
from services.notifications.domain.who_is_told import AUDIENCE
from services.notifications.outbound.detail import Detail, ReferrerContact
from services.notifications.room import Room
from services.notifications.store import deliveries, endpoints, known, notifications
from services.notifications.use_cases.advance import turn_aside, verdict_now
from services.notifications.use_cases.next_road import on_the_way

NEEDS_DETAIL = frozenset({Milestone.ALLOCATED, Milestone.WAITING})
WITH_CONTACT = frozenset({Milestone.ALLOCATED})


@dataclass(frozen=True)
class Parcel:
    """A delivery with everything that the database knows for its sending."""

    claimed: Claimed
    delivery: Delivery
    about: Notification
    referral: Referral
    team: str | None = None
    agrees: bool = False
    endpoint: Endpoint | None = None
    sealed: tuple[bytes, ...] = ()


async def open_parcel(room: Room, claimed: Claimed) -> Parcel | None:
    """Read a claimed delivery and check the policy; None where it may not, or need not, go."""
    async with room.engine.begin() as conn:
        held = await hold_together(conn, claimed)
        if held is None:
            return None
        delivery, about, referral = held
        if about.status is not Status.QUEUED or delivery.status is not DeliveryStatus.QUEUED:
            await _put_down(conn, room, delivery, claimed)
            return None
        verdict = await verdict_now(conn, room, about, referral)
        if verdict.way is not Way.GO:
            await turn_aside(conn, room, about, referral, verdict)
            await deliveries.end_attempt(conn, claimed, room.wall(), verdict.way)
            return None
        wait = waits(delivery.channel, room.clock.now(), room.councils[claimed.council])
        if wait is not None:
            later = replace(on_the_way(room, delivery, wait), claim=None, claimed_until=None)
            await deliveries.save(conn, later)
            await deliveries.end_attempt(conn, claimed, room.wall(), "waits for the desk")
            return None
        return await _filled(conn, room, Parcel(claimed, delivery, about, referral))


async def hold_together(
    conn: AsyncConnection, claimed: Claimed
) -> tuple[Delivery, Notification, Referral] | None:
    """Hold a notification and its delivery, in that order; None where the claim is lost."""
    seen = await deliveries.find(conn, claimed.council, claimed.id)
    about = seen and await notifications.find(conn, claimed.council, seen.notification_id)
    delivery = await deliveries.hold(conn, claimed.council, claimed.id)
    if not about or not delivery or delivery.claim != claimed.claim:
        return None
    referral = await known.find_referral(conn, claimed.council, about.referral_id)
    return (delivery, about, referral) if referral else None


async def _put_down(
    conn: AsyncConnection, room: Room, delivery: Delivery, claimed: Claimed
) -> None:
    if delivery.status is DeliveryStatus.QUEUED:
        ended = DeliveryStatus.SKIPPED
        await deliveries.save(conn, replace(delivery, status=ended, claim=None, next_try_at=None))
    await deliveries.end_attempt(conn, claimed, room.wall(), "not wanted")


async def _filled(conn: AsyncConnection, room: Room, bare: Parcel) -> Parcel:
    council, referral, delivery = bare.claimed.council, bare.referral, bare.delivery
    parcel = replace(bare, team=await known.team_of(conn, council, referral.case_id))
    if bare.about.milestone in WITH_CONTACT:
        agrees = await known.family_agrees(conn, council, referral.family_id)
        parcel = replace(parcel, agrees=agrees)
    if delivery.endpoint_id is None:
        return parcel
    endpoint = await endpoints.find(conn, council, delivery.endpoint_id)
    sealed = await endpoints.secrets_of(conn, council, delivery.endpoint_id, room.wall())
    return replace(parcel, endpoint=endpoint, sealed=tuple(sealed))


async def compose(room: Room, parcel: Parcel, contact: ReferrerContact) -> str | None:
    """Write the sentence; the worker's number is fetched now, and only if the family agreed.

    Where a family's whereabouts are restricted, neither its team nor its worker is named.
    """
    about, referral = parcel.about, parcel.referral
    worker: str | None = None
    due: date | None = about.due_at
    if about.milestone in NEEDS_DETAIL and referral.case_id is not None:
        wanted = about.milestone in WITH_CONTACT
        if not wanted or (parcel.agrees and not contact.restricted):
            worker, found = await Detail(room.outcalls).milestone(
                referral.council, referral.case_id, agreed=parcel.agrees and wanted
            )
            due = found or due
    told = Told(
        reference=contact.reference,
        due=due,
        pathway_group=referral.pathway_group,
        broad_reason=about.broad_reason,
        practitioner_contact=worker,
    )
    if not contact.restricted:
        told = replace(told, team=parcel.team, team_area=referral.team_area)
    rules = room.councils[about.council]
    audience = AUDIENCE[referral.referrer_kind]
    return rules.say(about.milestone.value, audience, values_of(told, rules))
