"""The steps that the desk takes with a referral, from screening to the decision and back."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.web.asking import TheAsking
from chassis.web.moments import Moment
from contracts.codes import ContactOutcome, ParentsInformed
from contracts.referral import NotProceedingReason
from services.referral.domain.contact_route import Mode
from services.referral.domain.decide import Deciding, LawfulBasis
from services.referral.domain.divert import Diverting
from services.referral.domain.status import Decision
from services.referral.http.doors import Desk, Manager, Worker
from services.referral.http.shown import ReferralState
from services.referral.intake.kinds import Line, Words
from services.referral.room import TheRoom
from services.referral.use_cases.divert_to_safeguarding import divert_to_safeguarding
from services.referral.use_cases.log_family_contact import log_family_contact
from services.referral.use_cases.reopen_referral import reopen_referral
from services.referral.use_cases.start_screening import start_screening
from services.referral.use_cases.take_decision import take_decision

router = APIRouter(prefix="/referrals/{referral_id}", tags=["screening and decision"])


class Command(BaseModel):
    """What a worker sends: closed to fields that nobody reads."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Screening(Command):
    """Taking a referral up: whose family it is, where it is known already."""

    same_family_as: UUID | None = None
    same_people: Annotated[dict[UUID, UUID], Field(max_length=60)] = {}


class FamilyContact(Command):
    """One try to reach the family."""

    mode: Mode
    person_id: UUID
    outcome: ContactOutcome
    at: Moment | None = None


class AgreementOverride(Command):
    """On what the work rests where nobody agreed to it, and why."""

    lawful_basis: LawfulBasis
    reason: Words


class DecisionTaken(Command):
    """The duty manager's decision."""

    decision: Decision
    level: Annotated[int, Field(ge=1, le=4)]
    reason: Words
    pathway: Line | None = None
    unmet_need: Words | None = None
    team_area: Line | None = None
    family_not_contacted_because: Words | None = None
    agreement_override: AgreementOverride | None = None
    earlier_episode: Words | None = None
    no_earlier_episode_because: Words | None = None
    not_proceeding_because: NotProceedingReason | None = None

    def deciding(self) -> Deciding:
        """Give it as the domain reads it."""
        plain = self.model_dump(exclude={"agreement_override"})
        override = self.agreement_override
        return Deciding(
            **plain,
            lawful_basis=override.lawful_basis if override else None,
            agreement_overridden_because=override.reason if override else None,
        )


class Diversion(Command):
    """Diverting to safeguarding; where nobody said, the parents do not know yet, on advice."""

    reason: Words
    urgent: bool
    parents_informed: ParentsInformed = ParentsInformed.NOT_YET_ON_ADVICE
    child_goes_home_at: Moment | None = None


class Reopening(Command):
    """Why a referral is looked at again, as a code."""

    reason: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,64}$", examples=["challenged"])]


@router.post("/screening", summary="Take it up")
async def screening(
    room: TheRoom, actor: Desk, referral_id: UUID, told: Screening
) -> ReferralState:
    """Start screening; a worker who knows the family says so, the hub never concludes it."""
    async with room.engine.begin() as conn:
        after = await start_screening(
            conn,
            room,
            actor,
            referral_id,
            same_family_as=told.same_family_as,
            same_people=told.same_people,
        )
    return ReferralState.of(after, room.clock.now())


@router.post("/family-contacts", status_code=201, summary="Log a try to reach the family")
async def family_contacts(
    room: TheRoom, actor: Worker, referral_id: UUID, told: FamilyContact, asking: TheAsking
) -> ReferralState:
    """Log one try; read first, in the referral itself, which ways are safe."""

    async def logged(conn: AsyncConnection) -> ReferralState:
        after = await log_family_contact(
            conn,
            room,
            actor,
            referral_id,
            person_id=told.person_id,
            mode=told.mode,
            outcome=told.outcome,
            at=told.at,
        )
        return ReferralState.of(after, room.clock.now())

    return await asking.do(actor, ReferralState, logged)


@router.post("/decision", summary="Decide what becomes of it")
async def decision(
    room: TheRoom, actor: Manager, referral_id: UUID, told: DecisionTaken
) -> ReferralState:
    """Accept on a pathway, signpost, or do not proceed; 409 names everything still lacking."""
    async with room.engine.begin() as conn:
        after = await take_decision(conn, room, actor, referral_id, told.deciding())
    return ReferralState.of(after, room.clock.now())


@router.post("/diversion", summary="Divert it to safeguarding")
async def diversion(
    room: TheRoom, actor: Worker, referral_id: UUID, told: Diversion
) -> ReferralState:
    """Divert it; the family stays the front door's until the handover is completed."""
    diverting = Diverting(**told.model_dump(), diverted_at=room.clock.now())
    async with room.engine.begin() as conn:
        after = await divert_to_safeguarding(conn, actor, referral_id, diverting)
    return ReferralState.of(after, room.clock.now())


@router.post("/reopening", summary="Look at it again")
async def reopening(
    room: TheRoom, actor: Manager, referral_id: UUID, told: Reopening
) -> ReferralState:
    """Put a referral that was signposted or did not proceed back into screening."""
    async with room.engine.begin() as conn:
        after = await reopen_referral(conn, room, actor, referral_id, told.reason)
    return ReferralState.of(after, room.clock.now())
