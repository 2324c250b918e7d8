"""How a letter ends: on its way, not sent, or brought back by the post."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.prompts import raise_prompt, settle_prompts
from contracts.notifications import LetterNotSentReason, Milestone
from contracts.roles import Role
from councils.working_time import due_after
from services.notifications.domain.kinds import Asks
from services.notifications.domain.things import Letter
from services.notifications.publish import say_dispatched, say_not_sent
from services.notifications.room import Room
from services.notifications.store import known
from services.notifications.use_cases.request_letter import letter_step
from services.notifications.use_cases.request_milestone import request_milestone


async def dispatched(
    conn: AsyncConnection,
    room: Room,
    letter: Letter,
    provider_id: str,
    *,
    composed_at: datetime,
    ask_at: datetime,
) -> None:
    """It is on its way: say so, for the days begin now, and tell the referrers."""
    taken = await letter_step(
        conn,
        room,
        letter,
        "dispatched",
        provider_id=provider_id,
        dispatched_at=composed_at,
        next_try_at=ask_at,
        tries=0,
    )
    await say_dispatched(conn, taken, composed_at)
    await _settle(conn, taken, "dispatched")
    rules = room.councils[letter.council]
    due = due_after(composed_at, rules.clocks.no_contact_answer, rules)
    for each in await known.referrals_of_case(
        conn, letter.council, letter.case_id, letter.referral_ids
    ):
        await request_milestone(
            conn, room, each, Milestone.NO_CONTACT_LETTER, composed_at, due_at=due
        )


async def not_sent(
    conn: AsyncConnection, room: Room, letter: Letter, reason: LetterNotSentReason
) -> None:
    """It did not go: no days run, and the worker is asked for another safe route."""
    taken = await letter_step(conn, room, letter, "not_sent", reason=reason)
    await say_not_sent(conn, taken, reason)
    await _settle(conn, taken, "not_sent")


async def returned(conn: AsyncConnection, room: Room, letter: Letter) -> None:
    """The post brought it back: whether post is safe there must be asked again."""
    why = LetterNotSentReason.RETURNED
    taken = await letter_step(conn, room, letter, "returned", reason=why)
    await say_not_sent(conn, taken, why)
    await raise_prompt(
        conn,
        council=letter.council,
        kind=Asks.LETTER_RETURNED,
        subject=letter.id,
        about=letter.case_id,
        role=Role.TEAM_MANAGER,
    )


async def _settle(conn: AsyncConnection, letter: Letter, outcome: str) -> None:
    await settle_prompts(
        conn,
        council=letter.council,
        subject=letter.id,
        kind=Asks.LETTER_DELAYED,
        outcome=outcome,
        by="notifications",
    )
