"""What the front door's use cases work with, made once at the start."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.clocks import FieldClock
from chassis.facts import Forbidden
from chassis.messaging.backlog import Backlog
from councils.rules import CouncilRules, Councils, UnknownCouncil
from services.referral.agency_book import AgencyBook
from services.referral.settings import ReferralSettings
from services.referral.token_desk import TokenDesk


@dataclass(frozen=True)
class ReferralRoom:
    """The front door's tools."""

    settings: ReferralSettings
    engine: AsyncEngine
    clock: FieldClock
    councils: Councils
    backlog: Backlog
    agencies: AgencyBook
    tokens: TokenDesk

    def rules(self, council: str) -> CouncilRules:
        """Give a council's rules.

        Raises:
            Forbidden: This installation does not serve that council.
        """
        try:
            return self.councils[council]
        except UnknownCouncil:
            raise Forbidden("This installation does not serve your council.") from None


async def room(request: Request) -> ReferralRoom:
    """Give a route the room it works in.

    A coroutine, since FastAPI hands a plain function to another thread on every request.
    """
    found: ReferralRoom = request.app.state.room
    return found


TheRoom = Annotated[ReferralRoom, Depends(room)]
