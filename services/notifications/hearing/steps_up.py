"""What is said of a step-up: from its proposal on, nothing automatic may alert the family."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.messaging.parking import WaitsForFact
from chassis.prompts import raise_prompt
from contracts.allocation import StepUpProposed
from contracts.envelope import Envelope
from contracts.handover import HandoverAccepted
from contracts.notifications import Milestone
from contracts.referral import ReferralDiverted
from contracts.roles import Role
from services.notifications.domain.kinds import Asks
from services.notifications.domain.policy import Way
from services.notifications.domain.status import Status
from services.notifications.room import Room
from services.notifications.store import known, notifications
from services.notifications.use_cases.advance import turn_aside, verdict_now
from services.notifications.use_cases.request_milestone import request_milestone

DIVERTED, PROPOSED = "diverted", "step_up_proposed"
ASKED = {DIVERTED: Role.DUTY_MANAGER, PROPOSED: Role.TEAM_MANAGER}
"""Who is asked to release what faces the family, by what stopped it."""


async def diverted(
    room: Room, conn: AsyncConnection, envelope: Envelope, said: ReferralDiverted
) -> None:
    """Stop at once, whatever else has been heard: a stop waits for no other fact."""
    await known.learn(conn, envelope.council, said.referral_id, {"family_id": said.family_id})
    await stop(room, conn, envelope.council, said.family_id, DIVERTED)


async def proposed(
    room: Room, conn: AsyncConnection, envelope: Envelope, said: StepUpProposed
) -> None:
    """Stop at once."""
    await stop(room, conn, envelope.council, said.family_id, PROPOSED)


async def accepted(
    room: Room, conn: AsyncConnection, envelope: Envelope, said: HandoverAccepted
) -> None:
    """Ask for each referrer to be told; each is held until a worker approves the wording."""
    missing = await known.unheard_of(conn, envelope.council, said.referral_ids)
    if missing:
        raise WaitsForFact(f"referral:{missing[0]}")
    for referral_id in said.referral_ids:
        about = await known.find_referral(conn, envelope.council, referral_id)
        if about is not None:
            await request_milestone(conn, room, about, Milestone.STEP_UP, envelope.time)


async def stop(
    room: Room, conn: AsyncConnection, council: str, family_id: UUID, because: str
) -> None:
    """Stop what faces a family, also what a person was about to ring somebody with."""
    role = ASKED[because]
    await known.stop_family(conn, council, family_id, because=because, since=room.clock.now())
    await raise_prompt(conn, council=council, kind=Asks.RELEASE, subject=family_id, role=role)
    for each in await notifications.of_family(conn, council, family_id, Status.WITH_PERSON):
        about = await known.find_referral(conn, council, each.referral_id)
        if about is None:
            continue
        verdict = await verdict_now(conn, room, each, about)
        if verdict.way in (Way.STOP, Way.SUPPRESS):
            await turn_aside(conn, room, each, about, verdict)
