"""The no-contact letter is asked for: to whom by id alone; the address is fetched when it goes."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import audit
from chassis.web.identity import Actor
from contracts.allocation import NoContactLetterRequested
from services.notifications.domain.life import LETTER, SYSTEM
from services.notifications.domain.status import LetterStatus
from services.notifications.domain.things import Letter
from services.notifications.room import Room
from services.notifications.store import letters
from services.notifications.use_cases.settle import ourselves


async def request_letter(
    conn: AsyncConnection, room: Room, council: str, asked: NoContactLetterRequested
) -> None:
    """Take a letter on, once."""
    letter = Letter(
        council=council,
        id=asked.letter_id,
        case_id=asked.case_id,
        family_id=asked.family_id,
        person_id=asked.person_id,
        referral_ids=asked.referral_ids,
        requested_by=asked.requested_by,
        status=LetterStatus.REQUESTED,
        next_try_at=room.wall(),
    )
    await letters.add(conn, letter)


async def letter_step(
    conn: AsyncConnection,
    room: Room,
    letter: Letter,
    may: str,
    *,
    by: Actor | None = None,
    **changes: object,
) -> Letter:
    """Take a step of the letter's life and write it with its history and audit."""
    then = LetterStatus(LETTER.take(letter.status, may, by.roles if by else {SYSTEM}))
    free: dict[str, object] = {"claim": None, "claimed_until": None, "next_try_at": None}
    taken = replace(letter, status=then, **(free | changes))  # type: ignore[arg-type]
    await letters.save(conn, taken)
    reason = str(changes["reason"]) if changes.get("reason") else None
    actor = by or ourselves(letter.council)
    await audit.step_taken(
        conn,
        council=letter.council,
        life=LETTER.name,
        subject=letter.id,
        frm=letter.status,
        may=may,
        then=then,
        actor=actor,
        at=room.clock.now(),
        reason=reason,
    )
    await audit.record(
        conn, council=letter.council, actor=actor, action=f"letter {may}", subject=letter.id
    )
    return taken
