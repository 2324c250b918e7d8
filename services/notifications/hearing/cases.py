"""What the allocation service says: the case, its worker, the letter, the end."""

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.messaging.parking import WaitsForFact, fact_arrived
from contracts.allocation import (
    CaseAllocated,
    CaseClosed,
    CaseMessage,
    CaseOpened,
    CaseWaitlisted,
    ClosureReason,
    NoContactLetterRequested,
    ReferralJoinedCase,
)
from contracts.envelope import Envelope
from contracts.notifications import Milestone, SuppressedReason
from services.notifications.domain.status import Status
from services.notifications.domain.things import Referral
from services.notifications.room import Room
from services.notifications.store import deliveries, known, notifications
from services.notifications.use_cases.request_letter import request_letter
from services.notifications.use_cases.request_milestone import request_milestone
from services.notifications.use_cases.settle import suppressed

STILL_OPEN = (Status.REQUESTED, Status.HELD, Status.STOPPED, Status.QUEUED, Status.WITH_PERSON)


async def opened(room: Room, conn: AsyncConnection, envelope: Envelope, said: CaseOpened) -> None:
    """Learn of the case; whoever waits to hear "accepted" hears it now, with the team's name."""
    council = envelope.council
    found = await _referrals(conn, envelope, said)
    await known.learn_case(conn, council, said.case_id, said.family_id, said.team)
    await fact_arrived(conn, f"case:{said.case_id}")
    for each in found:
        await known.learn(conn, council, each.referral_id, {"case_id": said.case_id})
        waiting = await notifications.find_milestone(
            conn, council, each.referral_id, Milestone.ACCEPTED
        )
        if waiting is not None and waiting.status is Status.QUEUED:
            await deliveries.hasten(conn, council, waiting.id, room.wall())


async def joined(
    room: Room, conn: AsyncConnection, envelope: Envelope, said: ReferralJoinedCase
) -> None:
    """Tell "added to work in hand", and nothing of the case that it was added to."""
    council = envelope.council
    await _the_case(conn, envelope, said)
    about = await known.find_referral(conn, council, said.referral_id)
    if about is None:
        raise WaitsForFact(f"referral:{said.referral_id}")
    joined_it = {"case_id": said.case_id, "joined": True}
    await known.learn(conn, council, said.referral_id, joined_it)
    replaced = await notifications.find_milestone(
        conn, council, said.referral_id, Milestone.ACCEPTED
    )
    if replaced is not None and replaced.status in STILL_OPEN:
        await suppressed(conn, room, replaced, about, SuppressedReason.SUPERSEDED)
    await request_milestone(conn, room, about, Milestone.ADDED_TO_WORK_IN_HAND, envelope.time)


async def waitlisted(
    room: Room, conn: AsyncConnection, envelope: Envelope, said: CaseWaitlisted
) -> None:
    """Tell that the family waits."""
    await _the_case(conn, envelope, said)
    await _tell_all(room, conn, envelope, said, Milestone.WAITING)


async def allocated(
    room: Room, conn: AsyncConnection, envelope: Envelope, said: CaseAllocated
) -> None:
    """Tell that the family has a worker; the worker's number is fetched when it is sent."""
    await _the_case(conn, envelope, said)
    await known.learn_case(conn, envelope.council, said.case_id, said.family_id, said.team)
    await _tell_all(room, conn, envelope, said, Milestone.ALLOCATED)


async def letter_requested(
    room: Room, conn: AsyncConnection, envelope: Envelope, said: NoContactLetterRequested
) -> None:
    """Take the letter on."""
    await _the_case(conn, envelope, said)
    await _referrals(conn, envelope, said)
    await request_letter(conn, room, envelope.council, said)


async def closed(room: Room, conn: AsyncConnection, envelope: Envelope, said: CaseClosed) -> None:
    """Tell that it ended, in broad words; after a step-up they were told as it happened."""
    await _the_case(conn, envelope, said)
    stepped_up = said.reason is ClosureReason.STEPPED_UP
    for each in await _referrals(conn, envelope, said):
        await request_milestone(
            conn,
            room,
            each,
            Milestone.CLOSED,
            said.closed_at,
            broad_reason=said.broad_reason.value,
            superseded=stepped_up,
        )


async def _tell_all(
    room: Room, conn: AsyncConnection, envelope: Envelope, said: CaseMessage, milestone: Milestone
) -> None:
    for each in await _referrals(conn, envelope, said):
        await request_milestone(conn, room, each, milestone, envelope.time)


async def _the_case(conn: AsyncConnection, envelope: Envelope, said: CaseMessage) -> None:
    if not await known.knows_case(conn, envelope.council, said.case_id):
        raise WaitsForFact(f"case:{said.case_id}")


async def _referrals(
    conn: AsyncConnection, envelope: Envelope, said: CaseMessage
) -> list[Referral]:
    missing = await known.unheard_of(conn, envelope.council, said.referral_ids)
    if missing:
        raise WaitsForFact(f"referral:{missing[0]}")
    return await known.referrals_of_case(conn, envelope.council, said.case_id, said.referral_ids)
