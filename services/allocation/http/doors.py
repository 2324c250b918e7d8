"""Who may pass which of allocation's routes, and how a request that comes twice is done once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from pydantic import BaseModel, ConfigDict, StringConstraints
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.web import asking
from chassis.web.identity import Actor, staff
from contracts.roles import Role
from services.allocation.domain.case import Case
from services.allocation.domain.statuses import MANAGERS, WORKERS
from services.allocation.http.shown import CaseShown, show
from services.allocation.room import Room, TheRoom

Worker = Annotated[Actor, Depends(staff(*WORKERS))]
Manager = Annotated[Actor, Depends(staff(*MANAGERS))]
TeamManager = Annotated[Actor, Depends(staff(Role.TEAM_MANAGER))]
Reader = Annotated[Actor, Depends(staff(*WORKERS, Role.RECORDS_OFFICER))]
KeepsWorkers = Annotated[Actor, Depends(staff(*MANAGERS, Role.SYSTEM_ADMIN))]

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=8000)]
Named = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*$", max_length=64)]
StaffId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:|-]{0,127}$")]


class Body(BaseModel):
    """What every request body of this service has in common."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


Work = Callable[[AsyncConnection], Awaitable[Case]]


@dataclass(frozen=True)
class Asking:
    """One request that changes a case; with an Idempotency-Key it takes effect once."""

    room: Room
    request: asking.Asking

    async def do(self, actor: Actor, work: Work) -> CaseShown:
        """Do the work in one transaction, committed before the answer."""

        async def shown(conn: AsyncConnection) -> CaseShown:
            return show(await work(conn), self.room, actor.council)

        return await self.request.do(actor, CaseShown, shown)


async def asked(room: TheRoom, request: asking.TheAsking) -> Asking:
    """Bring the room to what is asked."""
    return Asking(room, request)


TheAsking = Annotated[Asking, Depends(asked)]
