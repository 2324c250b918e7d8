"""The lanes of no-contact letters: posted at most once, and asked after once posted."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import structlog
from pydantic import ValidationError

from chassis.outcalls import ForAPersonError, TryLaterError
from chassis.prompts import raise_prompt
from contracts.notifications import LetterNotSentReason
from contracts.roles import Role
from services.notifications.domain.kinds import Asks
from services.notifications.domain.letters import why_not
from services.notifications.domain.patience import pause
from services.notifications.domain.status import LetterStatus
from services.notifications.domain.things import Claimed
from services.notifications.outbound.claiming import claiming_lane
from services.notifications.outbound.govuk_notify import RefusedByNotify
from services.notifications.outbound.lane import Lane
from services.notifications.outbound.letter_parcel import (
    LetterParcel,
    address_of,
    fetch_address,
    letter_text,
    open_letter,
    still_allowed,
)
from services.notifications.room import Room
from services.notifications.store import letters
from services.notifications.store.deliveries import end_attempt
from services.notifications.use_cases.settle_letter import dispatched, not_sent

AT_ONCE = 4
MANY_TRIES = 8
"""After this many a manager is told that the letter has not gone; it is still tried."""
FIRST_QUESTION = timedelta(hours=1)


def letter_lane(room: Room) -> Lane[Claimed]:
    """Make the lane that sends."""
    claim = partial(letters.claim, status=LetterStatus.REQUESTED)
    return claiming_lane(room, "letters", claim, send_letter, at_once=AT_ONCE)


async def send_letter(room: Room, claimed: Claimed) -> None:
    """Send one claimed letter; where an earlier attempt may have, Notify is asked first."""
    parcel = await open_letter(room, claimed)
    if parcel is None:
        return
    try:
        if parcel.letter.composed_at is not None:
            sent = await room.notify.find("letter", parcel.letter.reference)
            if sent is not None:
                await _record_dispatched(room, parcel, sent.id)
                return
            if not await still_allowed(room, parcel):
                return
        await _send_now(room, parcel)
    except TryLaterError:
        await _record_try_later(room, parcel)
    except RefusedByNotify as refused:
        why = LetterNotSentReason.REFUSED_BY_PROVIDER
        await _record_not_sent(room, parcel, why, refused.error)
    except (ForAPersonError, ValidationError):
        structlog.get_logger().error("letter_detail_refused")
        await _record_not_sent(room, parcel, LetterNotSentReason.NO_ADDRESS, "detail refused")


async def _send_now(room: Room, parcel: LetterParcel) -> None:
    address = await fetch_address(room, parcel)
    if not address.allowed:
        await _record_not_sent(room, parcel, why_not(address.reason), address.reason or "refused")
        return
    composed_at = room.clock.now()
    text = await letter_text(room, parcel, composed_at)
    if not await still_allowed(room, parcel):
        return
    async with room.engine.begin() as conn:
        if not await letters.note_composed(conn, parcel.claimed, composed_at):
            return
    composed = replace(parcel, letter=replace(parcel.letter, composed_at=composed_at))
    template = room.councils[parcel.letter.council].wording.templates.letter
    provider_id = await room.notify.send_letter(
        str(template), text | address_of(address), parcel.letter.reference
    )
    await _record_dispatched(room, composed, provider_id)


async def _record_dispatched(room: Room, parcel: LetterParcel, provider_id: str) -> None:
    now = room.wall()
    composed_at = parcel.letter.composed_at or room.clock.now()
    async with room.engine.begin() as conn:
        await end_attempt(conn, parcel.claimed, now, "accepted")
        held = await letters.hold(conn, parcel.letter.council, parcel.letter.id)
        if held is not None and held.status in (LetterStatus.REQUESTED, LetterStatus.STOPPED):
            await dispatched(
                conn,
                room,
                held,
                provider_id,
                composed_at=composed_at,
                ask_at=now + FIRST_QUESTION,
            )


async def _record_not_sent(
    room: Room, parcel: LetterParcel, reason: LetterNotSentReason, outcome: str
) -> None:
    async with room.engine.begin() as conn:
        await end_attempt(conn, parcel.claimed, room.wall(), outcome)
        held = await letters.hold(conn, parcel.letter.council, parcel.letter.id)
        if held is not None and held.status is LetterStatus.REQUESTED:
            await not_sent(conn, room, held, reason)


async def _record_try_later(room: Room, parcel: LetterParcel) -> None:
    async with room.engine.begin() as conn:
        await end_attempt(conn, parcel.claimed, room.wall(), "away")
        held = await letters.hold(conn, parcel.letter.council, parcel.letter.id)
        if held is None or held.claim != parcel.claimed.claim:
            return
        at = room.wall() + pause(held.tries, room.chance())
        later = replace(held, next_try_at=at, claim=None, claimed_until=None)
        await letters.save(conn, later)
        if held.tries >= MANY_TRIES:
            await raise_prompt(
                conn,
                council=held.council,
                kind=Asks.LETTER_DELAYED,
                subject=held.id,
                about=held.case_id,
                role=Role.TEAM_MANAGER,
            )
