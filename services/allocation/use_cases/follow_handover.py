"""What handover says of a case's step-up: opened, authorised, come back, or completed."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.facts import NotFound
from chassis.messaging.parking import WaitsForFact
from contracts import handover as heard
from services.allocation.domain import stepping_up
from services.allocation.domain.case import Case
from services.allocation.domain.turn import Turn
from services.allocation.room import Room
from services.allocation.store.cases import held_case
from services.allocation.store.records import settle_record, settled_handover
from services.allocation.store.tables import closures, step_ups
from services.allocation.use_cases.carry_out import SYSTEM, carry_out

CAME_TO: dict[type[heard.HandoverMessage], str] = {
    heard.HandoverDeclined: "declined",
    heard.HandoverCancelled: "cancelled",
    heard.HandoverCompleted: "completed",
}


async def follow_handover(
    conn: AsyncConnection, room: Room, council: str, message: heard.HandoverMessage
) -> None:
    """Follow one message about a case's handover; what repeats an end already known is ignored.

    Raises:
        WaitsForFact: the case is not here yet.
        AnotherHandover: it speaks of a step-up that is not this case's.
    """
    if message.origin != heard.HandoverOrigin.CASE:
        return
    case = await case_or_wait(conn, council, message.origin_id)
    if known := await settled_handover(conn, council, message.handover_id):
        if CAME_TO.get(type(message), known) != known:
            raise stepping_up.AnotherHandover
        return
    at = room.clock.now()
    turn, outcome = _decide(case, message, room)
    if turn is None:
        return
    await carry_out(conn, SYSTEM, case, turn, at)
    if case.step_up:
        pending = turn.case.step_up
        told: dict[str, Any] = {
            "handover_id": pending.handover_id if pending else message.handover_id
        }
        if outcome:
            told |= {"outcome": outcome, "settled_at": at}
        await _note(conn, case, turn, told)


def _decide(
    case: Case, message: heard.HandoverMessage, room: Room
) -> tuple[Turn | None, str | None]:
    handover_id = message.handover_id
    if isinstance(message, heard.HandoverOpened):
        return stepping_up.handover_opened(case, handover_id), None
    if isinstance(message, heard.HandoverAuthorised):
        by = message.authorised_by
        return stepping_up.handover_authorised(case, handover_id, by), None
    outcome = CAME_TO[type(message)]
    if crossed := stepping_up.planned_one_ended(case, handover_id, urgent=message.urgent):
        return crossed, None
    if isinstance(message, heard.HandoverCompleted):
        rules = room.councils[case.council]
        at = message.completed_at
        return stepping_up.handover_completed(case, handover_id, at, rules), outcome
    return stepping_up.handover_came_back(case, handover_id, outcome), outcome


async def _note(conn: AsyncConnection, before: Case, turn: Turn, told: dict[str, Any]) -> None:
    """Note in the step-up's record what came of it, and in a closure's that it was overtaken."""
    pending = turn.case.step_up or before.step_up
    if pending and pending.authorised_by:
        told["authorised_by"] = pending.authorised_by
    if before.step_up:
        await settle_record(conn, step_ups, before, before.step_up.id, **told)
    if before.closure and turn.case.closure is None:
        gone = {"decided_at": turn.case.closed_at, "decided_by": SYSTEM.subject}
        await settle_record(conn, closures, before, before.closure.id, outcome="stepped_up", **gone)


async def case_or_wait(conn: AsyncConnection, council: str, case_id: UUID) -> Case:
    """Hold a case that a message speaks of.

    Raises:
        WaitsForFact: it is not here yet; the message is tried again when it opens.
    """
    try:
        return await held_case(conn, council, case_id)
    except NotFound:
        raise WaitsForFact(f"case:{case_id}") from None
