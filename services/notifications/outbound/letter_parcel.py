"""Opens a claimed letter at the moment of sending, fetches its address, and writes its text."""

from dataclasses import dataclass
from datetime import datetime

from chassis.outcalls import ForAPersonError
from contracts.notifications import LetterNotSentReason
from councils.working_time import due_after
from services.notifications.domain.sentence import Told, values_of
from services.notifications.domain.status import LetterStatus
from services.notifications.domain.things import Claimed, Letter, Referral
from services.notifications.outbound.detail import Detail, LetterAddress
from services.notifications.room import Room
from services.notifications.store import known, letters
from services.notifications.use_cases.request_letter import letter_step
from services.notifications.use_cases.settle_letter import not_sent

LINES = 7


@dataclass(frozen=True)
class LetterParcel:
    """A letter that may go, with what the database knows for it."""

    claimed: Claimed
    letter: Letter
    referral: Referral
    team: str | None
    agrees: bool


async def open_letter(room: Room, claimed: Claimed) -> LetterParcel | None:
    """Hold and check a claimed letter; None where it may not, or need not, go now."""
    council = claimed.council
    async with room.engine.begin() as conn:
        letter = await letters.hold(conn, council, claimed.id)
        if letter is None or letter.claim != claimed.claim:
            return None
        if letter.status is not LetterStatus.REQUESTED:
            return None
        if letter.composed_at is None:
            if await known.person_refuses(conn, council, letter.person_id):
                await not_sent(conn, room, letter, LetterNotSentReason.AGREEMENT_WITHDRAWN)
                return None
            if await known.is_stopped(conn, council, letter.family_id):
                await letter_step(conn, room, letter, "stopped")
                return None
        referral = await known.find_referral(conn, council, letter.referral_ids[0])
        if referral is None:
            return None
        team = await known.team_of(conn, council, letter.case_id)
        agrees = await known.family_agrees(conn, council, letter.family_id)
        return LetterParcel(claimed, letter, referral, team, agrees)


async def still_allowed(room: Room, parcel: LetterParcel) -> bool:
    """Check again what may have changed since an earlier attempt, and since the address came."""
    letter = parcel.letter
    async with room.engine.begin() as conn:
        held = await letters.hold(conn, letter.council, letter.id)
        if held is None or held.claim != parcel.claimed.claim:
            return False
        if await known.person_refuses(conn, letter.council, letter.person_id):
            await not_sent(conn, room, held, LetterNotSentReason.AGREEMENT_WITHDRAWN)
            return False
        if await known.is_stopped(conn, letter.council, letter.family_id):
            await letter_step(conn, room, held, "stopped")
            return False
    return True


async def fetch_address(room: Room, parcel: LetterParcel) -> LetterAddress:
    """Fetch where this letter may safely go."""
    letter = parcel.letter
    return await Detail(room.outcalls).letter_address(
        letter.council, parcel.referral.referral_id, letter.person_id
    )


async def letter_text(room: Room, parcel: LetterParcel, composed_at: datetime) -> dict[str, str]:
    """Write the letter's words: plain, voluntary, and with the day until which we wait."""
    letter, referral = parcel.letter, parcel.referral
    rules = room.councils[letter.council]
    told = Told(
        reference=await _reference(room, referral),
        due=due_after(composed_at, rules.clocks.no_contact_answer, rules),
        team=parcel.team,
        team_area=referral.team_area,
        pathway_group=referral.pathway_group,
        practitioner_contact=await _worker(room, parcel),
    )
    said = rules.say("no_contact_letter", "family", values_of(told, rules))
    return {"reference": told.reference, "message": said or ""}


def address_of(found: LetterAddress) -> dict[str, str]:
    """Lay the address out as Notify takes it: up to seven lines, the last a postcode."""
    lines = [line for line in (found.name, *found.address_lines) if line.strip()]
    if len(lines) > LINES:
        spare = len(lines) - LINES + 1
        lines = [lines[0], ", ".join(lines[1 : 1 + spare]), *lines[1 + spare :]]
    return {f"address_line_{number}": line for number, line in enumerate(lines, start=1)}


async def _reference(room: Room, referral: Referral) -> str:
    if referral.reference:
        return referral.reference
    contact = await Detail(room.outcalls).referrer(referral.council, referral.referral_id)
    return contact.reference


async def _worker(room: Room, parcel: LetterParcel) -> str | None:
    """Fetch the worker's number where the family agreed to the service; else the desk's stands."""
    if not parcel.agrees:
        return None
    where = parcel.letter.council, parcel.letter.case_id
    try:
        contact, _ = await Detail(room.outcalls).milestone(*where, agreed=True)
    except ForAPersonError:
        return None
    return contact
