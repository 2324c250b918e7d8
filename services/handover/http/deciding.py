"""Commits one decision on a handover, and only then shows what it made of it."""

from uuid import UUID

from chassis.web.identity import Actor
from services.handover.http.shown import HandoverShown, shown
from services.handover.room import HandoverRoom
from services.handover.use_cases.decide_handover import Decision, decide_handover


async def decided(
    room: HandoverRoom, actor: Actor, handover_id: UUID, decision: Decision
) -> HandoverShown:
    """Take the step in a transaction of its own."""
    async with room.engine.begin() as conn:
        after = await decide_handover(conn, room, actor, handover_id, decision)
    return shown(after)
