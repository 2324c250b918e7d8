"""Lanes over what lies in the database: claimed under a lease in a transaction, then worked."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from services.notifications.domain.things import Claimed
from services.notifications.outbound.lane import SLOWEST, Lane
from services.notifications.room import Room

LEASE = timedelta(seconds=90)
"""How long a claim holds: longer than any call takes, short after a crash."""
Claim = Callable[[AsyncConnection, datetime, datetime, int], Awaitable[Sequence[Claimed]]]
"""Given now, until when the claim holds, and how many at most."""
Work = Callable[[Room, Claimed], Awaitable[None]]


def claiming_lane(
    room: Room, name: str, claim: Claim, work: Work, *, at_once: int, slowest: float = SLOWEST
) -> Lane[Claimed]:
    """Make a lane that claims by one statement of the store."""

    async def claimed(free: int) -> Sequence[Claimed]:
        now = room.wall()
        async with room.engine.begin() as conn:
            return await claim(conn, now, now + LEASE, free)

    async def worked(each: Claimed) -> None:
        await work(room, each)

    return Lane(name, claimed, worked, at_once, slowest)
