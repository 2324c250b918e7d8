"""The waiting list: a family waits in a team's queue, and is looked at again every week."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clocks import new_id
from chassis.web.identity import Actor
from services.allocation.domain.allocating import set_complexity
from services.allocation.domain.case import Case
from services.allocation.domain.turn import Turn
from services.allocation.domain.waiting import put_in_queue, review_waiting, waitlist
from services.allocation.room import Room
from services.allocation.store.cases import held_case
from services.allocation.store.records import add_record
from services.allocation.store.tables import waiting_reviews
from services.allocation.use_cases.carry_out import carry_out


async def let_family_wait(
    conn: AsyncConnection, room: Room, actor: Actor, case_id: UUID, team: str | None
) -> Case:
    """Put the family on the waiting list."""
    case = await held_case(conn, actor.council, case_id)
    at = room.clock.now()
    turn = waitlist(case, team, actor.roles, at, room.councils[actor.council])
    return await carry_out(conn, actor, case, turn, at) or turn.case


async def review_wait(
    conn: AsyncConnection,
    room: Room,
    actor: Actor,
    case_id: UUID,
    *,
    safe: bool,
    note: str | None,
) -> Case:
    """Answer whether it is safe for the family to wait on."""
    case = await held_case(conn, actor.council, case_id)
    at = room.clock.now()
    turn = review_waiting(case, actor.roles, at, room.councils[actor.council], safe=safe)
    await add_record(
        conn,
        waiting_reviews,
        case,
        id=new_id(),
        at=at,
        by=actor.subject,
        safe_to_wait=safe,
        note=note,
    )
    detail = ["safe" if safe else "not_safe"]
    return await carry_out(conn, actor, case, turn, at, detail=detail) or turn.case


async def sort_case(
    conn: AsyncConnection,
    room: Room,
    actor: Actor,
    case_id: UUID,
    *,
    team: str | None = None,
    complexity: int | None = None,
) -> Case:
    """Put a case in a team's queue, or say how complex it is."""
    case = await held_case(conn, actor.council, case_id)
    turn = Turn(case, "case.sorted")
    if team is not None:
        turn = put_in_queue(turn.case, team, room.councils[actor.council])
    if complexity is not None:
        turn = set_complexity(turn.case, complexity)
    return await carry_out(conn, actor, case, turn, room.clock.now()) or turn.case
