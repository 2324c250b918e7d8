"""The lane of what was tried long enough: it takes its next road, in the end a person's."""

from services.notifications.domain.things import Claimed
from services.notifications.outbound.claiming import claiming_lane
from services.notifications.outbound.lane import UNHURRIED, Lane
from services.notifications.outbound.parcel import hold_together
from services.notifications.room import Room
from services.notifications.store import deliveries
from services.notifications.use_cases.next_road import leave_road

AT_ONCE = 20


def roads_lane(room: Room) -> Lane[Claimed]:
    """Make the lane."""
    return claiming_lane(
        room, "roads", deliveries.claim_hopeless, leave, at_once=AT_ONCE, slowest=UNHURRIED
    )


async def leave(room: Room, claimed: Claimed) -> None:
    """Leave the road that one delivery took."""
    async with room.engine.begin() as conn:
        await deliveries.end_attempt(conn, claimed, room.wall(), "tried long enough")
        held = await hold_together(conn, claimed)
        if held is not None:
            await leave_road(conn, room, held[1], held[0])
