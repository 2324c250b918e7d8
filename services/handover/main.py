"""Puts the handover service together: settings once, then everything made from them."""

from datetime import timedelta

import httpx
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.assembly import Assembly
from chassis.clocks import FieldClock
from chassis.database import make_engine
from chassis.outcalls import Outcalls
from councils.endpoints import social_care_endpoint
from councils.rules import load_councils
from services.handover import CARD
from services.handover.bus import handlers
from services.handover.domain.kinds import SETTLED_BY_THE_WORK
from services.handover.http import ROUTERS
from services.handover.outbound.dispatcher import CARE, Dispatcher
from services.handover.room import HandoverRoom
from services.handover.settings import HandoverSettings
from services.handover.store.packs import waiting_now
from services.handover.timers import timer_handlers

A_MOMENT = timedelta(seconds=3)


def make_room(
    settings: HandoverSettings, outside: httpx.AsyncBaseTransport | None = None
) -> HandoverRoom:
    """Make the service's tools; `outside` stands for the network in a test.

    Raises:
        EndpointWrong: A council's care system has no address, or not a safe one.
    """
    councils = load_councils(settings.councils_directory)
    developing = settings.environment == "development"
    addresses = {
        code: social_care_endpoint(rules, settings.social_care_urls, development=developing)
        for code, rules in councils.items()
    }
    owners = {"referral": settings.referral_url, "allocation": settings.allocation_url}
    return HandoverRoom(
        settings=settings,
        engine=make_engine(settings),
        clock=FieldClock(settings.field_clock_file),
        councils=councils,
        owners=Outcalls(settings, owners, outside),
        care={code: Outcalls(settings, {CARE: url}, outside) for code, url in addresses.items()},
    )


def assemble(
    settings: HandoverSettings | None = None, outside: httpx.AsyncBaseTransport | None = None
) -> Assembly:
    """Build the whole service; settings come from the environment unless given."""
    settings = settings or HandoverSettings()
    room = make_room(settings, outside)
    sender = Dispatcher(room)
    return Assembly(
        card=CARD,
        settings=settings,
        room=room,
        routers=ROUTERS,
        handlers=handlers(room),
        timers=timer_handlers(room),
        loops={f"sender-{number}": sender.run for number in range(1, settings.senders + 1)},
        settled_by_the_work=SETTLED_BY_THE_WORK,
        waiting=_waiting,
        opened=(room.owners, *room.care.values()),
    )


async def _waiting(conn: AsyncConnection) -> dict[str, int]:
    return {"packs_on_their_way": await waiting_now(conn, A_MOMENT)}
