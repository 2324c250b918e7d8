"""What is shown of a referral: a few fixed words to its agency, everything to the desk."""

from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel

from councils.rules import CouncilRules
from councils.working_time import minutes_left
from services.referral.domain.contact_route import Mode, WhyNot
from services.referral.domain.family import Family, Member
from services.referral.domain.outward import OutwardStatus, outward_status
from services.referral.domain.referral import Referral
from services.referral.intake.projection import detail_of


class OutwardReferral(BaseModel):
    """All that an agency's software reads of its own referral."""

    referral_id: UUID
    reference: str
    agency_reference: str | None
    status: OutwardStatus
    received_at: datetime
    duty_phone: str
    emergency_advice: str

    @classmethod
    def of(cls, referral: Referral, rules: CouncilRules) -> Self:
        """Show it outward."""
        return cls(
            referral_id=referral.id,
            reference=referral.reference,
            agency_reference=referral.agency_reference,
            status=outward_status(referral),
            received_at=referral.received_at,
            duty_phone=rules.desk.duty_phone,
            emergency_advice=rules.desk.emergency_advice,
        )


class ReferralState(BaseModel):
    """Where a referral stands: codes and times, no person."""

    referral_id: UUID
    family_id: UUID
    reference: str
    status: str
    accountable: bool
    danger: bool
    whole: bool
    restricted: bool
    referrer_kind: str
    agency_id: UUID | None
    source_code: str
    received_at: datetime
    child_goes_home_at: datetime | None
    minutes_until_home: int | None
    screening_due: datetime
    decision_due: datetime
    screening_started_at: datetime | None
    screening_started_by: str | None
    contact_attempts: int
    decision: str | None
    decided_at: datetime | None
    decided_by: str | None
    pathway: str | None
    level: int | None
    told: str | None
    unsettled: str | None
    case_id: UUID | None
    outcome: str | None
    closed_at: datetime | None

    @classmethod
    def of(cls, referral: Referral, now: datetime, **more: Any) -> Self:
        """Show where it stands at field time `now`."""
        known = {f.name for f in fields(Referral)} & cls.model_fields.keys()
        plain = {name: value for name, value in asdict(referral).items() if name in known}
        home = referral.child_goes_home_at
        return cls(
            referral_id=referral.id,
            accountable=referral.accountable,
            minutes_until_home=minutes_left(home, now) if home else None,
            **plain,
            **more,
        )


class PersonShown(BaseModel):
    """One person, whether they agree, and which ways to them are safe."""

    person_id: UUID
    referral_id: UUID
    kind: str
    same_as: UUID | None
    agreed: bool | None
    safe: dict[Mode, bool]
    why_not: dict[Mode, WhyNot]
    detail: dict[str, Any]

    @classmethod
    def of(cls, member: Member, family: Family) -> Self:
        """Show a person of a family."""
        route = family.route_to(member)
        return cls(
            person_id=member.id,
            referral_id=member.referral_id,
            kind=member.kind,
            same_as=member.same_as,
            agreed=family.agreed.get(member.who),
            safe=route.modes,
            why_not={mode: why for mode, why in route.why_not.items() if why is not None},
            detail=detail_of(member.person),
        )


class WholeReferral(ReferralState):
    """Everything the desk knows, for the worker who has it in hand."""

    agency_reference: str | None
    submitted_by: str
    agreement_stands: bool
    remote_contact_allowed: bool
    people: list[PersonShown]
    relationships: list[dict[str, Any]]
    family_contacts: list[dict[str, Any]]
    told_about: list[dict[str, Any]]
    decisions: list[dict[str, Any]]
    diversions: list[dict[str, Any]]


class PossibleMatch(BaseModel):
    """Somebody of another referral who may be the same person."""

    person_id: UUID
    same_as: UUID
    referral_id: UUID
    reference: str
    status: str
    received_at: datetime
    by_nhs_number: bool
