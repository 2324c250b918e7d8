"""Puts the front door together: settings, room, routes, handlers and timers."""

from chassis.assembly import Assembly, make_backlog
from chassis.clocks import FieldClock
from chassis.database import make_engine
from councils.rules import load_councils
from services.referral import CARD
from services.referral.agency_book import AgencyBook
from services.referral.bus import handlers
from services.referral.http import tokens
from services.referral.http.routes import ROUTERS
from services.referral.room import ReferralRoom
from services.referral.settings import ReferralSettings
from services.referral.timers import timer_handlers
from services.referral.token_desk import TokenDesk


def make_room(settings: ReferralSettings) -> ReferralRoom:
    """Make the tools that the use cases work with."""
    engine = make_engine(settings)
    return ReferralRoom(
        settings=settings,
        engine=engine,
        clock=FieldClock(settings.field_clock_file),
        councils=load_councils(settings.councils_directory),
        backlog=make_backlog(settings, engine),
        agencies=AgencyBook(engine),
        tokens=TokenDesk(settings),
    )


def assemble(settings: ReferralSettings | None = None) -> Assembly:
    """Build the service from its settings."""
    settings = settings or ReferralSettings()
    room = make_room(settings)
    return Assembly(
        card=CARD,
        settings=settings,
        room=room,
        routers=ROUTERS,
        handlers=handlers(room),
        timers=timer_handlers(room),
        public=tokens.PUBLIC,
        own_reading=("/referrals", "/referrals/{referral_id}/additional-information"),
        backlog=room.backlog,
    )
