"""Fetches what a pack is made of from its owners, under our own identity, for each attempt anew."""

from contracts.handover import HandoverOrigin
from contracts.purposes import Purpose
from services.handover.domain.household import Sources
from services.handover.domain.kinds import NoteKind
from services.handover.domain.pack import Content, compose
from services.handover.room import HandoverRoom
from services.handover.store.handovers import Reader, one_handover
from services.handover.store.notes import notes_of
from services.handover.store.packs import Pack


async def gather(room: HandoverRoom, pack: Pack) -> Content:
    """Put a pack together; the owners audit the reads, and we keep none of it.

    Raises:
        TryLater: An owner is away.
        ForAPersonError: An owner refused.
    """
    async with room.engine.connect() as conn:
        handover = await one_handover(conn, Reader(pack.council), pack.handover_id)
        notes = await notes_of(conn, pack.council, pack.handover_id)
    referrals = [
        await room.owners.get(
            "referral",
            f"/internal/{pack.council}/referrals/{referral_id}/detail",
            Purpose.HANDOVER_PACK,
        )
        for referral_id in handover.referral_ids
    ]
    case = None
    if handover.origin is HandoverOrigin.CASE:
        path = f"/internal/{pack.council}/cases/{handover.origin_id}/detail"
        which = {"proposal_id": str(handover.proposal_id)} if handover.proposal_id else None
        case = await room.owners.get("allocation", path, Purpose.HANDOVER_PACK, params=which)
    answers = tuple(note.words for note in notes if note.kind == NoteKind.ANSWER)
    return compose(handover, Sources(tuple(referrals), case, answers), room.rules(pack.council))
