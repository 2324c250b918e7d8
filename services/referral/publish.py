"""Turns what happened to a referral into the messages that say so, numbered in their order."""

from dataclasses import replace
from datetime import datetime

from chassis.messaging.outbox import Outgoing
from contracts.referral import DangerOccasion, DangerReported, ReferralMessage, ReferralReceived
from services.referral.domain.referral import Referral
from services.referral.intake.projection import Found


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
        referral_id=referral.id,
        family_id=referral.family_id,
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
        referral_id=referral.id,
        family_id=referral.family_id,
        reported_at=reported_at,
        occasion=occasion,
    )
