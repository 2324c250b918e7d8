"""Puts the service together: settings read once, the room, and everything that works in it."""

from collections.abc import Mapping
from functools import partial

import httpx
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.assembly import Assembly
from chassis.clocks import FieldClock
from chassis.database import make_engine
from chassis.outcalls import Outcalls
from chassis.supervision import Loop
from councils.rules import load_councils
from services.notifications import CARD
from services.notifications.bus import handlers
from services.notifications.domain.kinds import SETTLED_BY_THE_WORK
from services.notifications.http import callbacks, endpoints, notifications, updates
from services.notifications.outbound.govuk_notify import GovukNotify
from services.notifications.outbound.housekeeping import keep_secrets
from services.notifications.outbound.lane import Lane
from services.notifications.outbound.letters import letter_lane
from services.notifications.outbound.messages import message_lane
from services.notifications.outbound.posted import posted_lane
from services.notifications.outbound.roads import roads_lane
from services.notifications.outbound.seals import Sealer
from services.notifications.outbound.silence import silence_lane
from services.notifications.outbound.webhook import WebhookSender
from services.notifications.outbound.webhooks import webhook_lane
from services.notifications.room import Room
from services.notifications.settings import NotificationsSettings
from services.notifications.store import deliveries, letters
from services.notifications.timers import timer_handlers


def make_room(
    settings: NotificationsSettings,
    *,
    hub: httpx.AsyncBaseTransport | None = None,
    partners: httpx.AsyncBaseTransport | None = None,
    notify: httpx.AsyncBaseTransport | None = None,
) -> Room:
    """Make the room; the transports stand for the hub, the partners and Notify in tests."""
    addresses = {"referral": settings.referral_url, "allocation": settings.allocation_url}
    return Room(
        settings=settings,
        engine=make_engine(settings),
        clock=FieldClock(settings.field_clock_file),
        councils=load_councils(settings.councils_directory),
        outcalls=Outcalls(settings, addresses, hub),
        webhooks=WebhookSender(
            production=settings.environment == "production",
            seconds=settings.webhook_seconds,
            at_once=settings.webhook_at_once,
            transport=partners,
        ),
        notify=GovukNotify(settings.notify_url, settings.notify_api_key, notify),
        sealer=Sealer(settings.webhook_encryption_key),
    )


def lanes(room: Room) -> tuple[Lane, ...]:  # type: ignore[type-arg]
    """Make every lane that works what is due."""
    made = (webhook_lane, message_lane, silence_lane, letter_lane, posted_lane, roads_lane)
    return tuple(make(room) for make in made)


def assembled(settings: NotificationsSettings, room: Room) -> Assembly:
    """Put the service's parts together."""
    loops: dict[str, Loop] = {lane.name: lane.run for lane in lanes(room)}
    return Assembly(
        card=CARD,
        settings=settings,
        room=room,
        routers=(endpoints.router, notifications.router, updates.router, callbacks.router),
        handlers=handlers(room),
        timers=timer_handlers(room),
        loops=loops | {"secrets": partial(keep_secrets, room)},
        settled_by_the_work=SETTLED_BY_THE_WORK,
        waiting=waiting,
        public=callbacks.PUBLIC,
        opened=(room.outcalls, room.webhooks, room.notify),
    )


def assemble(settings: NotificationsSettings | None = None) -> Assembly:
    """Build the service from its settings."""
    settings = settings or NotificationsSettings()
    return assembled(settings, make_room(settings))


async def waiting(conn: AsyncConnection) -> Mapping[str, int]:
    """Count the deliveries and letters that still go on by themselves."""
    return {
        "deliveries": await deliveries.pending(conn),
        "letters": await letters.pending(conn),
    }
