"""What a referrer holds in hand: proof of what was received, when and by whom; and what is next.

The same for a family unknown, open, moved or restricted: nothing in it is looked up.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from councils.rules import CouncilRules
from councils.working_time import due_after, is_open
from services.referral.domain.referral import Referral

NEXT = "A duty worker reads your referral and starts screening it by the time given."
NEXT_WITH_DANGER = (
    "The duty desk is alarmed now. Do not wait for it: where somebody is in immediate danger ring "
    "999, and tell the duty desk by telephone too."
)
NEXT_OUT_OF_HOURS = (
    "The desk is closed. Do not wait for it: where somebody is in immediate danger ring 999, and "
    "ring the out-of-hours team now."
)


class OutOfHours(BaseModel):
    """Whom to ring while the desk is closed."""

    name: str
    phone: str


class ToPutRight(BaseModel):
    """A field that is missing or could not be read; nothing was refused because of it."""

    field: str
    error: str
    message: str


class Receipt(BaseModel):
    """The receipt of a referral."""

    model_config = ConfigDict(frozen=True)

    referral_id: UUID
    reference: Annotated[str, Field(examples=["SOU-7K3M-2Q9X"])]
    status: str = "received"
    received_at: datetime
    received_by: str
    submitted_by: str
    screening_due: datetime
    acknowledgement_due: datetime
    duty_phone: str
    out_of_hours: OutOfHours
    emergency_advice: str
    next_step: str
    danger: bool
    missing: tuple[ToPutRight, ...] = ()
    additional_information: str


def receipt_of(
    referral: Referral, rules: CouncilRules, missing: tuple[ToPutRight, ...] = ()
) -> Receipt:
    """Write the receipt of a referral just received."""
    received = referral.received_at
    return Receipt(
        referral_id=referral.id,
        reference=referral.reference,
        received_at=received,
        received_by=rules.name,
        submitted_by=referral.submitted_by,
        screening_due=referral.screening_due,
        acknowledgement_due=due_after(received, rules.clocks.acknowledgement, rules),
        duty_phone=rules.desk.duty_phone,
        out_of_hours=_out_of_hours(rules),
        emergency_advice=rules.desk.emergency_advice,
        next_step=_next(referral, rules),
        danger=referral.danger,
        missing=missing,
        additional_information=f"/referrals/{referral.id}/additional-information",
    )


def _next(referral: Referral, rules: CouncilRules) -> str:
    if not referral.danger:
        return NEXT
    return NEXT_WITH_DANGER if is_open(referral.received_at, rules) else NEXT_OUT_OF_HOURS


class Added(BaseModel):
    """Proof that something was added, and what to do where somebody is in danger."""

    referral_id: UUID
    reference: str
    received_at: datetime
    danger: bool
    missing: tuple[ToPutRight, ...]
    duty_phone: str
    out_of_hours: OutOfHours
    emergency_advice: str


def added_to(
    referral: Referral,
    at: datetime,
    rules: CouncilRules,
    *,
    danger: bool,
    missing: tuple[ToPutRight, ...],
) -> Added:
    """Write the receipt of what was added."""
    return Added(
        referral_id=referral.id,
        reference=referral.reference,
        received_at=at,
        danger=danger,
        missing=missing,
        duty_phone=rules.desk.duty_phone,
        out_of_hours=_out_of_hours(rules),
        emergency_advice=rules.desk.emergency_advice,
    )


def _out_of_hours(rules: CouncilRules) -> OutOfHours:
    team = rules.desk.out_of_hours
    return OutOfHours(name=team.name, phone=team.phone)
