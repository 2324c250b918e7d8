"""A manager releases what faces a family: it was stopped lest a message alert somebody."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import audit
from chassis.facts import NotFound
from chassis.prompts import settle_prompts
from chassis.web.identity import Actor
from services.notifications.domain.kinds import Asks
from services.notifications.domain.status import Status
from services.notifications.room import Room
from services.notifications.store import known, letters, notifications
from services.notifications.use_cases.advance import advance
from services.notifications.use_cases.request_letter import letter_step
from services.notifications.use_cases.settle import step


async def release_family(conn: AsyncConnection, room: Room, actor: Actor, family_id: UUID) -> int:
    """Release a family and let what waited go on; give how much that was.

    Raises:
        NotFound: nothing is stopped for this family.
    """
    council, at = actor.council, room.clock.now()
    if not await known.release_family(conn, council, family_id, by=actor.subject, at=at):
        raise NotFound
    released = 0
    for each in await notifications.of_family(conn, council, family_id, Status.STOPPED):
        taken = await step(conn, room, each, "released", actor)
        referral = await known.find_referral(conn, council, each.referral_id)
        if referral is not None:
            await advance(conn, room, taken, referral)
            released += 1
    released += await _release_letters(conn, room, actor, family_id)
    await settle_prompts(
        conn,
        council=council,
        subject=family_id,
        kind=Asks.RELEASE,
        outcome="released",
        by=actor.subject,
    )
    await audit.record(
        conn, council=council, actor=actor, action="family messages released", subject=family_id
    )
    return released


async def _release_letters(conn: AsyncConnection, room: Room, actor: Actor, family_id: UUID) -> int:
    stopped = await letters.stopped_of(conn, actor.council, family_id)
    for letter in stopped:
        await letter_step(conn, room, letter, "released", by=actor, next_try_at=room.wall())
    return len(stopped)
