"""The lane of what was tried long enough: it takes its next road, in the end a person's."""

from collections.abc import Sequence

from services.notifications.domain.things import Claimed
from services.notifications.outbound.lane import UNHURRIED, Lane
from services.notifications.outbound.outcomes import lease
from services.notifications.outbound.parcel import hold_together
from services.notifications.room import Room
from services.notifications.store import deliveries
from services.notifications.use_cases.next_road import leave_road

AT_ONCE = 20


def roads_lane(room: Room) -> Lane[Claimed]:
    """Make the lane."""

    async def claim(free: int) -> Sequence[Claimed]:
        now = room.wall()
        async with room.engine.begin() as conn:
            return await deliveries.claim_hopeless(conn, now, lease(now), free)

    async def work(claimed: Claimed) -> None:
        async with room.engine.begin() as conn:
            await deliveries.end_attempt(conn, claimed, room.wall(), "tried long enough")
            held = await hold_together(conn, claimed)
            if held is not None:
                await leave_road(conn, room, held[1], held[0])

    return Lane("roads", claim, work, AT_ONCE, UNHURRIED)
