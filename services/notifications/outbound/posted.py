"""The lane that asks how posted letters went: Notify calls back for few of them."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from chassis.outcalls import TryLaterError
from services.notifications.domain.patience import pause
from services.notifications.domain.status import LetterStatus
from services.notifications.domain.things import Claimed
from services.notifications.outbound.claiming import claiming_lane
from services.notifications.outbound.govuk_notify import RefusedByNotify
from services.notifications.outbound.lane import UNHURRIED, Lane
from services.notifications.room import Room
from services.notifications.store import letters
from services.notifications.store.deliveries import end_attempt
from services.notifications.use_cases.take_letter_receipt import take_letter_receipt

AT_ONCE = 4
LONGEST = timedelta(hours=12)


def posted_lane(room: Room) -> Lane[Claimed]:
    """Make the lane."""
    claim = partial(letters.claim, status=LetterStatus.DISPATCHED)
    return claiming_lane(
        room,
        "posted",
        claim,
        ask_after_letter,
        at_once=AT_ONCE,
        slowest=UNHURRIED,
    )


async def ask_after_letter(room: Room, claimed: Claimed) -> None:
    """Ask how one letter went; what Notify has forgotten has long since gone."""
    async with room.engine.begin() as conn:
        letter = await letters.hold(conn, claimed.council, claimed.id)
    if letter is None or letter.provider_id is None:
        return
    outcome, status = "asked", "accepted"
    try:
        seen = await room.notify.status(letter.provider_id)
        status = seen.status if seen else "received"
    except (TryLaterError, RefusedByNotify):
        outcome = "notify away"
    async with room.engine.begin() as conn:
        await end_attempt(conn, claimed, room.wall(), outcome)
        held = await letters.hold(conn, claimed.council, claimed.id)
        if held is None or held.status is not LetterStatus.DISPATCHED:
            return
        at = room.wall() + pause(held.tries + 10, room.chance(), LONGEST)
        quiet = replace(held, next_try_at=at, claim=None, claimed_until=None)
        await letters.save(conn, quiet)
        await take_letter_receipt(conn, room, quiet, status)
