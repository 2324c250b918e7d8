"""A worker proposes a step-up: the case is locked, the words stay here, the message is thin."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.web.identity import Actor
from services.allocation.domain.case import Case
from services.allocation.domain.stepping_up import Proposal, propose_step_up
from services.allocation.room import Room
from services.allocation.store.cases import held_case
from services.allocation.store.records import MADE_URGENT, add_record, settle_record
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
    if case.step_up:
        overtaken: dict[str, Any] = {"outcome": MADE_URGENT, "settled_at": at, "handover_id": None}
        await settle_record(conn, step_ups, case, case.step_up.id, **overtaken)
    await add_record(
        conn,
        step_ups,
        case,
        id=proposal.id,
        at=at,
        by=actor.subject,
        urgent=proposal.urgent,
        factors=list(proposal.factors),
        child_ids=list(proposal.children_of(case)),
        parents_informed=proposal.parents_informed,
        child_goes_home_at=proposal.child_goes_home_at,
        handover_id=case.step_up.handover_id if case.step_up else None,
        authorised_by=case.step_up.authorised_by if case.step_up else None,
        **words,
    )
    detail = ["urgent" if proposal.urgent else "planned"]
    return await carry_out(conn, actor, case, turn, at, detail=detail) or turn.case
