"""The provider says what became of a letter."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.notifications import LetterNotSentReason
from services.notifications.domain.receipts import Meaning, of_letter
from services.notifications.domain.status import LetterStatus
from services.notifications.domain.things import Letter
from services.notifications.room import Room
from services.notifications.store import letters
from services.notifications.use_cases.settle_letter import not_sent, returned


async def take_letter_receipt(
    conn: AsyncConnection, room: Room, letter: Letter, status: str
) -> None:
    """Take in a status of a letter that is held; a failed letter is never posted again."""
    if letter.status is not LetterStatus.DISPATCHED:
        return
    meaning = of_letter(status)
    if meaning is Meaning.NEXT_ROAD:
        await not_sent(conn, room, letter, LetterNotSentReason.REFUSED_BY_PROVIDER)
    elif meaning is Meaning.ARRIVED:
        await letters.save(conn, replace(letter, next_try_at=None))


async def take_returned_letter(conn: AsyncConnection, room: Room, letter: Letter) -> None:
    """Take in that the post brought a letter back, perhaps weeks later."""
    if letter.status in (LetterStatus.DISPATCHED, LetterStatus.NOT_SENT):
        await returned(conn, room, letter)
