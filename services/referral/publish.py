"""Turns what happened to a referral into the messages that say so, numbered in their order."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.messaging.outbox import Outgoing
from contracts.referral import (
    AgreementRecorded,
    AgreementWithdrawn,
    ChildBorn,
    DangerOccasion,
    DangerReported,
    FamilyContactLogged,
    InformationAdded,
    NotProceedingReason,
    ReferralAccepted,
    ReferralClosed,
    ReferralDiverted,
    ReferralMessage,
    ReferralNotProceeding,
    ReferralOutcome,
    ReferralReceived,
    ReferralSignposted,
    ScreeningStarted,
)
from councils.rules import CouncilRules
from services.referral.domain.decide import Deciding
from services.referral.domain.divert import Diverting
from services.referral.domain.family import ContactLogged, Family
from services.referral.domain.referral import Referral
from services.referral.domain.status import Decision
from services.referral.intake.projection import Found, PersonKind


def numbered(
    referral: Referral, messages: tuple[ReferralMessage, ...]
) -> tuple[Referral, tuple[Outgoing, ...]]:
    """Give each message its place in what this referral says, and the referral its new count."""
    said = tuple(
        Outgoing(message, referral.council, referral.sequence + place)
        for place, message in enumerate(messages, start=1)
    )
    return replace(referral, sequence=referral.sequence + len(messages)), said


def received(referral: Referral, found: Found) -> tuple[ReferralMessage, ...]:
    """Say that a referral is stored; and, first thing, that somebody is in danger."""
    stored = ReferralReceived(
        **_about(referral),
        referrer_kind=referral.referrer_kind,
        agency_id=referral.agency_id,
        source_code=referral.source_code,
        received_at=referral.received_at,
        danger=referral.danger,
        children=len(found.children),
        adults=len(found.adults),
        screening_due=referral.screening_due,
    )
    if not referral.danger:
        return (stored,)
    return (stored, danger_reported(referral, DangerOccasion.INTAKE, referral.received_at))


def danger_reported(
    referral: Referral, occasion: DangerOccasion, reported_at: datetime
) -> DangerReported:
    """Say that danger was reported, and when in the referral's life."""
    return DangerReported(
        **_about(referral),
        reported_at=reported_at,
        occasion=occasion,
    )


def screening_started(referral: Referral, started_by: str) -> ScreeningStarted:
    """Say that a duty worker took it up."""
    return ScreeningStarted(**_about(referral), started_by=started_by)


def contact_logged(referral: Referral, contact: ContactLogged) -> FamilyContactLogged:
    """Say that somebody tried to reach the family."""
    return FamilyContactLogged(**_about(referral), outcome=contact.outcome, attempt=contact.attempt)


def agreement_recorded(referral: Referral, person_id: UUID, *, agreed: bool) -> AgreementRecorded:
    """Say that a person said yes or no."""
    return AgreementRecorded(**_about(referral), person_id=person_id, agreed=agreed)


def agreement_withdrawn(
    referral: Referral, person_id: UUID, at: datetime, *, others_agree: bool
) -> AgreementWithdrawn:
    """Say that a person took their agreement back."""
    return AgreementWithdrawn(
        **_about(referral), person_id=person_id, others_agree=others_agree, withdrawn_at=at
    )


def information_added(referral: Referral, *, danger: bool, worried: bool) -> InformationAdded:
    """Say that more was told; `worried` about a child when asked whether it was seen since."""
    return InformationAdded(**_about(referral), danger=danger, worried=worried)


def decided(
    referral: Referral, deciding: Deciding, family: Family, rules: CouncilRules
) -> ReferralMessage:
    """Say what was decided."""
    if deciding.decision is Decision.SIGNPOSTED:
        return ReferralSignposted(**_about(referral))
    if deciding.decision is Decision.NOT_PROCEEDING:
        reason = deciding.not_proceeding_because or NotProceedingReason.OTHER
        return ReferralNotProceeding(**_about(referral), reason=reason)
    pathway = rules.pathway(deciding.pathway or "")
    return ReferralAccepted(
        **_about(referral),
        pathway=pathway.code,
        pathway_group=pathway.group,
        child_ids=family.known_as(referral.id, PersonKind.CHILD),
        unborn_ids=family.unborn(referral.id),
        adult_ids=family.known_as(referral.id, PersonKind.ADULT),
        received_at=referral.received_at,
        accepted_at=referral.decided_at or referral.received_at,
        decided_by=referral.decided_by or "",
        team_area=deciding.team_area or "",
        referrer_kind=referral.referrer_kind,
        agency_id=referral.agency_id,
    )


def diverted(referral: Referral, diverting: Diverting, family: Family, by: str) -> ReferralDiverted:
    """Say that a worker sent it to safeguarding."""
    return ReferralDiverted(
        **_about(referral),
        urgent=diverting.urgent,
        child_ids=family.known_as(referral.id, PersonKind.CHILD),
        decided_by=by,
        diverted_at=diverting.diverted_at,
        child_goes_home_at=referral.child_goes_home_at,
        referrer_kind=referral.referrer_kind,
        agency_id=referral.agency_id,
        parents_informed=diverting.parents_informed,
    )


def child_born(referral: Referral, child_id: UUID, recorded_at: datetime) -> ChildBorn:
    """Say that a child who was expected is born."""
    return ChildBorn(**_about(referral), child_id=child_id, recorded_at=recorded_at)


def closed(referral: Referral, outcome: ReferralOutcome) -> ReferralClosed:
    """Say that nothing more is owed on it."""
    return ReferralClosed(**_about(referral), outcome=outcome)


def _about(referral: Referral) -> dict[str, Any]:
    return {"referral_id": referral.id, "family_id": referral.family_id}
