"""What the handover service's use cases work with, made once at the start."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.clocks import FieldClock
from chassis.facts import Forbidden
from chassis.outcalls import Outcalls
from councils.rules import CouncilRules, Councils, UnknownCouncil
from services.handover.settings import HandoverSettings


@dataclass(frozen=True)
class HandoverRoom:
    """The handover service's tools: `owners` are the hub's own services, `care` a system each."""

    settings: HandoverSettings
    engine: AsyncEngine
    clock: FieldClock
    councils: Councils
    owners: Outcalls
    care: Mapping[str, Outcalls]

    def rules(self, council: str) -> CouncilRules:
        """Give a council's rules.

        Raises:
            Forbidden: This installation does not serve that council.
        """
        try:
            return self.councils[council]
        except UnknownCouncil:
            raise Forbidden("This installation does not serve your council.") from None


async def room(request: Request) -> HandoverRoom:
    """Give a route the room it works in.

    A coroutine, since FastAPI hands a plain function to another thread on every request.
    """
    found: HandoverRoom = request.app.state.room
    return found


TheRoom = Annotated[HandoverRoom, Depends(room)]
