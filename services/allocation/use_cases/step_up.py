"""A worker proposes a step-up: the case is locked, the words stay here, the message is thin."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.web.identity import Actor
from services.allocation.domain.case import Case
from services.allocation.domain.stepping_up import Proposal, propose_step_up
from services.allocation.room import Room
from services.allocation.store.cases import held_case
from services.allocation.store.records import add_record
from services.allocation.store.tables import step_ups
from services.allocation.use_cases.carry_out import carry_out


async def step_up(
    conn: AsyncConnection,
    room: Room,
    actor: Actor,
    case_id: UUID,
    proposal: Proposal,
    *,
    words: dict[str, Any],
) -> Case:
    """Propose a step-up; `words` are the columns that handover fetches with a stated purpose."""
    case = await held_case(conn, actor.council, case_id)
    at = room.clock.now()
    turn = propose_step_up(case, proposal, actor.subject, actor.roles, at)
    child_ids = proposal.child_ids or tuple(child.id for child in case.children)
    await add_record(
        conn,
        step_ups,
        case,
        id=proposal.id,
        at=at,
        by=actor.subject,
        urgent=proposal.urgent,
        factors=list(proposal.factors),
        child_ids=list(child_ids),
        parents_informed=proposal.parents_informed,
        child_goes_home_at=proposal.child_goes_home_at,
        **words,
    )
    detail = ["urgent" if proposal.urgent else "planned"]
    return await carry_out(conn, actor, case, turn, at, detail=detail) or turn.case
