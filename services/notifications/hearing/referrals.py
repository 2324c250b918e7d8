"""What the referral service says: received, decided, and who agrees."""

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.messaging.parking import WaitsForFact, fact_arrived
from contracts.envelope import Envelope
from contracts.notifications import Milestone
from contracts.referral import (
    AgreementRecorded,
    AgreementWithdrawn,
    ReferralAccepted,
    ReferralMessage,
    ReferralNotProceeding,
    ReferralReceived,
    ReferralSignposted,
)
from services.notifications.domain.things import Referral
from services.notifications.room import Room
from services.notifications.store import known
from services.notifications.use_cases.request_milestone import request_milestone


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


async def accepted(
    room: Room, conn: AsyncConnection, envelope: Envelope, said: ReferralAccepted
) -> None:
    """Tell that it was accepted; whether it opened a case or joined one is heard in a moment."""
    about = await the_referral(conn, envelope, said)
    where = envelope.council, said.referral_id
    decided = {"pathway_group": said.pathway_group, "team_area": said.team_area}
    await known.learn(conn, *where, decided)
    await request_milestone(conn, room, about, Milestone.ACCEPTED, said.accepted_at)


async def signposted(
    room: Room, conn: AsyncConnection, envelope: Envelope, said: ReferralSignposted
) -> None:
    """Tell that the family was shown to other help."""
    about = await the_referral(conn, envelope, said)
    await request_milestone(conn, room, about, Milestone.SIGNPOSTED, envelope.time)


async def not_proceeding(
    room: Room, conn: AsyncConnection, envelope: Envelope, said: ReferralNotProceeding
) -> None:
    """Tell that it goes no further; never who refused, or why."""
    about = await the_referral(conn, envelope, said)
    await request_milestone(conn, room, about, Milestone.NOT_PROCEEDING, envelope.time)


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


async def the_referral(
    conn: AsyncConnection, envelope: Envelope, said: ReferralMessage
) -> Referral:
    """Find the referral that a message builds on.

    Raises:
        WaitsForFact: it has not been heard of yet.
    """
    found = await known.find_referral(conn, envelope.council, said.referral_id)
    if found is None:
        raise WaitsForFact(f"referral:{said.referral_id}")
    return found
