"""The letter left, and its days begin; or it did not, and another safe route is asked for."""

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.notifications import LetterDispatched, LetterNotSent
from services.allocation.domain.no_contact import letter_dispatched, letter_not_sent
from services.allocation.room import Room
from services.allocation.use_cases.carry_out import SYSTEM, carry_out
from services.allocation.use_cases.follow_handover import case_or_wait


async def follow_letter(
    conn: AsyncConnection, room: Room, council: str, message: LetterDispatched | LetterNotSent
) -> None:
    """Follow what became of the letter.

    Raises:
        WaitsForFact: the case is not here yet.
    """
    case = await case_or_wait(conn, council, message.case_id)
    if isinstance(message, LetterDispatched):
        rules = room.councils[council]
        turn = letter_dispatched(case, message.letter_id, message.dispatched_at, rules)
    else:
        turn = letter_not_sent(case, message.letter_id, message.reason)
    if turn is not None:
        await carry_out(conn, SYSTEM, case, turn, room.clock.now())
