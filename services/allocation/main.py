"""Puts allocation together: settings read once, the room built, its edges handed on."""

from chassis.assembly import Assembly
from chassis.clocks import FieldClock
from chassis.database import make_engine
from chassis.outcalls import Outcalls
from councils.rules import load_councils
from services.allocation import CARD
from services.allocation.bus import handlers
from services.allocation.domain.kinds import SETTLED_BY_THE_WORK
from services.allocation.http import (
    allocations,
    cases,
    closures,
    contacts,
    internal,
    step_ups,
    workers,
    worries,
)
from services.allocation.room import Room
from services.allocation.settings import AllocationSettings
from services.allocation.timers import timer_handlers

ROUTERS = (
    workers.router,
    cases.router,
    allocations.router,
    contacts.router,
    closures.router,
    step_ups.router,
    worries.router,
    internal.router,
)


def assemble(settings: AllocationSettings | None = None) -> Assembly:
    """Build the whole service; settings come from the environment unless given."""
    settings = settings or AllocationSettings()
    outcalls = Outcalls(settings, {"referral": settings.referral_url})
    room = Room(
        settings,
        make_engine(settings),
        FieldClock(settings.field_clock_file),
        load_councils(settings.councils_directory),
        outcalls,
    )
    return Assembly(
        CARD,
        settings,
        room,
        ROUTERS,
        handlers=handlers(room),
        timers=timer_handlers(room),
        settled_by_the_work=SETTLED_BY_THE_WORK,
        opened=(outcalls,),
    )
