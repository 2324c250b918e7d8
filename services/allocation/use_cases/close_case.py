"""The end: a practitioner proposes it, another person confirms it or keeps the case open."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clocks import new_id
from chassis.web.identity import Actor
from contracts.allocation import ClosureReason
from services.allocation.domain import closing
from services.allocation.domain.case import Case, Checklist
from services.allocation.room import Room
from services.allocation.store.cases import held_case
from services.allocation.store.records import add_record, settle_record
from services.allocation.store.rows import checklist_row
from services.allocation.store.tables import closures
from services.allocation.use_cases.carry_out import carry_out


async def propose_closure(
    conn: AsyncConnection,
    room: Room,
    actor: Actor,
    case_id: UUID,
    *,
    reason: ClosureReason,
    checklist: Checklist,
    note: str | None,
) -> Case:
    """Propose to close the case; nothing is closed by it."""
    case = await held_case(conn, actor.council, case_id)
    at, rules, closure_id = room.clock.now(), room.councils[actor.council], new_id()
    turn = closing.propose_closure(
        case,
        closure_id=closure_id,
        reason=reason,
        checklist=checklist,
        by=actor.subject,
        roles=actor.roles,
        at=at,
        rules=rules,
    )
    await add_record(
        conn,
        closures,
        case,
        id=closure_id,
        at=at,
        by=actor.subject,
        reason=reason,
        before=case.status,
        checklist=checklist_row(checklist),
        note=note,
    )
    return await carry_out(conn, actor, case, turn, at, detail=[str(reason)]) or turn.case


async def confirm_closure(
    conn: AsyncConnection, room: Room, actor: Actor, case_id: UUID, risk_answer: str
) -> Case:
    """Close the case, with the manager's answer to the risk question."""
    case = await held_case(conn, actor.council, case_id)
    at, rules = room.clock.now(), room.councils[actor.council]
    turn = closing.confirm_closure(case, actor.subject, actor.roles, at, rules)
    saved = await carry_out(conn, actor, case, turn, at, detail=[str(turn.case.close_reason)])
    if case.closure:
        decided = {"outcome": "confirmed", "decided_at": at, "decided_by": actor.subject}
        await settle_record(
            conn, closures, case, case.closure.id, **decided, risk_answer=risk_answer
        )
    return saved or turn.case


async def refuse_closure(
    conn: AsyncConnection, room: Room, actor: Actor, case_id: UUID, reason: str
) -> Case:
    """Keep the case open, with the manager's reason."""
    case = await held_case(conn, actor.council, case_id)
    at = room.clock.now()
    turn = closing.refuse_closure(case, actor.roles)
    saved = await carry_out(conn, actor, case, turn, at)
    if case.closure:
        decided = {"outcome": "kept_open", "decided_at": at, "decided_by": actor.subject}
        await settle_record(
            conn, closures, case, case.closure.id, **decided, decision_reason=reason
        )
    return saved or turn.case
