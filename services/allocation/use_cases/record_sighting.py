"""A named professional elsewhere has seen a child, or the MASH was consulted about one unseen."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clocks import new_id
from chassis.web.identity import Actor
from services.allocation.domain.case import Case
from services.allocation.domain.seeing import SeenBy, consult_mash, see_children, unconsulted
from services.allocation.room import Room
from services.allocation.store.cases import held_case
from services.allocation.store.records import add_record
from services.allocation.store.tables import mash_consultations, sightings
from services.allocation.use_cases.carry_out import carry_out


async def record_sighting(
    conn: AsyncConnection,
    room: Room,
    actor: Actor,
    case_id: UUID,
    *,
    child_id: UUID,
    seen_at: datetime,
    role: SeenBy,
    name: str,
) -> Case:
    """Record that a school, a health visitor or another named professional saw the child."""
    case = await held_case(conn, actor.council, case_id)
    at, rules = room.clock.now(), room.councils[actor.council]
    turn = see_children(case, (child_id,), seen_at=seen_at, seen_by=role, at=at, rules=rules)
    await add_record(
        conn,
        sightings,
        case,
        id=new_id(),
        at=at,
        by=actor.subject,
        child_id=child_id,
        seen_at=seen_at,
        seen_by_role=role,
        seen_by_name=name,
    )
    return await carry_out(conn, actor, case, turn, at, detail=[str(role)]) or turn.case


async def record_mash_consultation(
    conn: AsyncConnection,
    room: Room,
    actor: Actor,
    case_id: UUID,
    *,
    child_ids: Sequence[UUID],
    consulted_with: str,
    advice: str,
) -> Case:
    """Record a consultation of the MASH; without children named, about all long unseen."""
    case = await held_case(conn, actor.council, case_id)
    at, rules = room.clock.now(), room.councils[actor.council]
    about = tuple(child_ids) or unconsulted(case, at, rules) or tuple(c.id for c in case.children)
    turn = consult_mash(case, about, at)
    await add_record(
        conn,
        mash_consultations,
        case,
        id=new_id(),
        at=at,
        by=actor.subject,
        child_ids=list(about),
        consulted_with=consulted_with,
        advice=advice,
    )
    return await carry_out(conn, actor, case, turn, at) or turn.case
