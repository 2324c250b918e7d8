"""A person's decision on a handover: load it, let the domain decide, save, say."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.web.identity import Actor
from councils.rules import CouncilRules
from services.handover.domain.handover import Handover
from services.handover.domain.turn import Turn, Who
from services.handover.room import HandoverRoom
from services.handover.store.handovers import one_handover
from services.handover.use_cases.turning import go_on, reader_of, who

Decision = Callable[[Handover, Who, datetime, CouncilRules], Turn]
"""A pure decision of the domain, with its command's own values bound in."""


async def decide_handover(
    conn: AsyncConnection,
    room: HandoverRoom,
    actor: Actor,
    handover_id: UUID,
    decision: Decision,
) -> Handover:
    """Take one step of a handover in the actor's council.

    Raises:
        NotFound: It is not this council's, or has not left for the receiving side.
        Fact: The decision refused; nothing is changed.
    """
    rules, at = room.rules(actor.council), room.clock.now()
    handover = await one_handover(conn, reader_of(actor), handover_id, hold=True)
    return await go_on(conn, decision(handover, who(actor), at, rules), actor, at)
