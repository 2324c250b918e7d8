"""What the referral service says: received, decided, and who agrees."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.messaging.parking import WaitsForFact, fact_arrived
from contracts.envelope import Envelope
from contracts.notifications import Milestone, SuppressedReason
from contracts.referral import (
    AgreementRecorded,
    AgreementWithdrawn,
    ReferralAccepted,
    ReferralMessage,
    ReferralNotProceeding,
    ReferralReceived,
    ReferralSignposted,
    ScreeningStarted,
)
from services.notifications.domain.things import Referral
from services.notifications.hearing.steps_up import DIVERTED, stop
from services.notifications.room import Room
from services.notifications.store import known, notifications
from services.notifications.use_cases.request_milestone import request_milestone
from services.notifications.use_cases.settle import suppressed


async def received(
    room: Room, conn: AsyncConnection, envelope: Envelope, said: ReferralReceived
) -> None:
    """Learn of the referral, and tell its referrer that it was received."""
    found = Referral(
        council=envelope.council,
        referral_id=said.referral_id,
        family_id=said.family_id,
        referrer_kind=said.referrer_kind,
        agency_id=said.agency_id,
    )
    await known.learn_referral(conn, found)
    await fact_arrived(conn, f"referral:{said.referral_id}")
    await request_milestone(
        conn, room, found, Milestone.RECEIVED, said.received_at, due_at=said.screening_due
    )


async def screening_started(
    room: Room, conn: AsyncConnection, envelope: Envelope, said: ScreeningStarted
) -> None:
    """Learn whose family it is: the worker who takes it up may know the family already."""
    await the_referral(room, conn, envelope, said)


async def accepted(
    room: Room, conn: AsyncConnection, envelope: Envelope, said: ReferralAccepted
) -> None:
    """Tell that it was accepted; whether it opened a case or joined one is heard in a moment."""
    about = await the_referral(room, conn, envelope, said)
    where = envelope.council, said.referral_id
    decided = {"pathway_group": said.pathway_group, "team_area": said.team_area}
    await known.learn(conn, *where, decided)
    await _decided(room, conn, envelope, about, milestone=Milestone.ACCEPTED, at=said.accepted_at)


async def signposted(
    room: Room, conn: AsyncConnection, envelope: Envelope, said: ReferralSignposted
) -> None:
    """Tell that the family was shown to other help."""
    about = await the_referral(room, conn, envelope, said)
    await _decided(room, conn, envelope, about, milestone=Milestone.SIGNPOSTED, at=envelope.time)


async def not_proceeding(
    room: Room, conn: AsyncConnection, envelope: Envelope, said: ReferralNotProceeding
) -> None:
    """Tell that it goes no further; never who refused, or why."""
    about = await the_referral(room, conn, envelope, said)
    await _decided(
        room, conn, envelope, about, milestone=Milestone.NOT_PROCEEDING, at=envelope.time
    )


async def agreement_recorded(
    _room: Room, conn: AsyncConnection, envelope: Envelope, said: AgreementRecorded
) -> None:
    """Learn whether a family member agrees."""
    where = envelope.council, said.referral_id, said.person_id
    await known.learn_agreement(conn, *where, agreed=said.agreed)


async def agreement_withdrawn(
    _room: Room, conn: AsyncConnection, envelope: Envelope, said: AgreementWithdrawn
) -> None:
    """Learn that a family member agrees no more; what rests on it is checked when it is sent."""
    where = envelope.council, said.referral_id, said.person_id
    await known.learn_agreement(conn, *where, agreed=False)


async def _decided(
    room: Room,
    conn: AsyncConnection,
    envelope: Envelope,
    about: Referral,
    *,
    milestone: Milestone,
    at: datetime,
) -> None:
    """Tell a decision; an earlier one that is not told yet is out of date."""
    council, occasion = envelope.council, envelope.sequence
    for each in await notifications.decided_before(conn, council, about.referral_id, occasion):
        await suppressed(conn, room, each, about, SuppressedReason.SUPERSEDED)
    await request_milestone(conn, room, about, milestone, at, occasion=occasion)


async def the_referral(
    room: Room, conn: AsyncConnection, envelope: Envelope, said: ReferralMessage
) -> Referral:
    """Find the referral that a message builds on, and learn whose family it was found to be.

    What must not alert the family that it was taken for must not alert the one that it is.

    Raises:
        WaitsForFact: it has not been heard of yet.
    """
    council, family_id = envelope.council, said.family_id
    found = await known.find_referral(conn, council, said.referral_id)
    if found is None:
        raise WaitsForFact(f"referral:{said.referral_id}")
    if found.family_id == family_id:
        return found
    await known.learn(conn, council, said.referral_id, {"family_id": family_id})
    if await known.is_stopped(conn, council, found.family_id):
        await stop(room, conn, council, family_id, DIVERTED)
    return replace(found, family_id=family_id)
