"""Ranks the council's workers for one case, with reasons; a manager decides."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.web.identity import Actor
from councils.working_time import LONDON
from services.allocation.domain.capacity import Candidate, Load, rank, weigh
from services.allocation.room import Room
from services.allocation.store.cases import read_case
from services.allocation.store.workers import list_workers, loads


async def rank_workers(
    conn: AsyncConnection, room: Room, actor: Actor, case_id: UUID
) -> tuple[Candidate, ...]:
    """Weigh every worker of the council against the case, the likeliest first."""
    case = await read_case(conn, actor.council, case_id)
    rules = room.councils[actor.council]
    on = room.clock.now().astimezone(LONDON).date()
    held = await loads(conn, actor.council, rules, besides=case_id)
    return rank(
        weigh(worker, held.get(worker.staff_id, Load()), case, on, rules)
        for worker in await list_workers(conn, actor.council)
        if worker.active
    )
