"""What the family says and what is learnt of it: agreement, withdrawal, corrections."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.web.asking import TheAsking
from services.referral.domain.family import Family
from services.referral.domain.referral import Referral
from services.referral.domain.withdrawal import AskedBy
from services.referral.http.described import body_of
from services.referral.http.doors import EitherManager, Worker
from services.referral.http.shown import PersonShown
from services.referral.http.steps import Command
from services.referral.intake.form import AskedHow
from services.referral.intake.kinds import Line, Words
from services.referral.intake.people import Child
from services.referral.room import TheRoom
from services.referral.use_cases.correct_person import correct_person
from services.referral.use_cases.record_agreement import record_agreement
from services.referral.use_cases.release_restriction import release_restriction
from services.referral.use_cases.withdraw_agreement import withdraw_agreement

router = APIRouter(prefix="/referrals/{referral_id}", tags=["family"])


class PersonAnswer(Command):
    """What one person said about having this support."""

    person_id: UUID
    agreed: bool
    how: AskedHow


class Withdrawal(Command):
    """Who asked to take agreement back, and the answer to: who might be less safe now?"""

    asked_by: AskedBy
    risk_answer: Words


class RestrictionRelease(Command):
    """Which worker of the survivor was spoken with, and why where they are may be known now."""

    spoken_with: Line
    reason: Words


class Released(BaseModel):
    """The referrals of the family in which its whereabouts were restricted."""

    referral_ids: list[UUID]


class AgreementState(BaseModel):
    """How the family's agreement stands now."""

    referral_id: UUID
    status: str
    agreement_stands: bool
    people: dict[UUID, bool]
    took_effect: bool = True

    @classmethod
    def of(cls, referral: Referral, family: Family, **more: bool) -> "AgreementState":
        """Show how it stands."""
        return cls(
            referral_id=referral.id,
            status=referral.status,
            agreement_stands=family.agreement_stands,
            people=family.agreed,
            **more,
        )


@router.post("/agreements", status_code=201, summary="Record a person's yes or no")
async def agreements(
    room: TheRoom, actor: Worker, referral_id: UUID, told: PersonAnswer, asking: TheAsking
) -> AgreementState:
    """Record what a person said, at any time that the family is with us."""

    async def recorded(conn: AsyncConnection) -> AgreementState:
        after, family = await record_agreement(
            conn,
            room,
            actor,
            referral_id,
            person_id=told.person_id,
            agreed=told.agreed,
            how=told.how,
        )
        return AgreementState.of(after, family)

    return await asking.do(actor, AgreementState, recorded)


@router.post("/agreements/{person_id}/withdrawal", summary="Take a person's agreement back")
async def withdrawal(
    room: TheRoom, actor: Worker, referral_id: UUID, person_id: UUID, told: Withdrawal
) -> AgreementState:
    """Take it back. Asked by anybody but the person, it changes nothing and asks a manager."""
    async with room.engine.begin() as conn:
        after, family, took_effect = await withdraw_agreement(
            conn,
            room,
            actor,
            referral_id,
            person_id=person_id,
            asked_by=told.asked_by,
            risk_answer=told.risk_answer,
        )
    return AgreementState.of(after, family, took_effect=took_effect)


@router.post("/restriction-release", summary="Restrict the family's whereabouts no longer")
async def restriction_release(
    room: TheRoom, actor: EitherManager, referral_id: UUID, told: RestrictionRelease
) -> Released:
    """Release them, having spoken with the survivor's worker; for the whole family."""
    async with room.engine.begin() as conn:
        lifted = await release_restriction(
            conn,
            actor,
            referral_id,
            at=room.clock.now(),
            spoken_with=told.spoken_with,
            reason=told.reason,
        )
    return Released(referral_ids=lifted)


@router.patch(
    "/people/{person_id}",
    summary="Correct what is known of a person",
    openapi_extra=body_of(Child, "The fields to change, of a child or of an adult; null removes."),
)
async def people(
    room: TheRoom, actor: Worker, referral_id: UUID, person_id: UUID, told: dict[str, Any]
) -> PersonShown:
    """Correct a number, an address or a name; a child's birth replaces the date expected."""
    async with room.engine.begin() as conn:
        now = room.clock.now()
        family = await correct_person(conn, actor, referral_id, person_id, changes=told, at=now)
    return PersonShown.of(family.member(person_id), family)
