"""A team manager gives the family its worker, within limits or with a reason against them."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clocks import new_id
from chassis.web.identity import Actor
from councils.working_time import LONDON
from services.allocation.domain.allocating import AgreementNotCurrent, allocate, gone_against
from services.allocation.domain.capacity import Load, weigh
from services.allocation.domain.case import Case
from services.allocation.room import Room
from services.allocation.store.cases import held_case
from services.allocation.store.records import add_record, known_agreement
from services.allocation.store.tables import allocations
from services.allocation.store.workers import held_worker, loads
from services.allocation.use_cases.carry_out import carry_out


async def allocate_worker(
    conn: AsyncConnection,
    room: Room,
    actor: Actor,
    case_id: UUID,
    practitioner_id: str,
    *,
    override_reason: str | None,
) -> Case:
    """Allocate or reallocate a case; the caller has just asked the owner of agreement.

    Agreement that was withdrawn between that answer and this transaction still stops it, when
    the message has come; when it comes later, it raises a prompt.
    """
    case = await held_case(conn, actor.council, case_id)
    known = await known_agreement(conn, actor.council, case.family_id)
    if known and not any(known.values()):
        raise AgreementNotCurrent
    rules, at = room.councils[actor.council], room.clock.now()
    worker = await held_worker(conn, actor.council, practitioner_id)
    held = await loads(conn, actor.council, rules, besides=case_id)
    on = at.astimezone(LONDON).date()
    candidate = weigh(worker, held.get(practitioner_id, Load()), case, on, rules)
    turn = allocate(case, candidate, actor.roles, at, rules, override_reason=override_reason)
    against = [str(why) for why in gone_against(candidate)]
    saved = await carry_out(conn, actor, case, turn, at, detail=against)
    await add_record(
        conn,
        allocations,
        case,
        id=new_id(),
        at=at,
        by=actor.subject,
        practitioner_id=practitioner_id,
        went_against=against,
        override_reason=override_reason,
    )
    return saved or turn.case
