"""A handover as staff of both sides are shown it: codes, ids and times, and the two sides' notes.

The screen says whose the family is: until a receiving worker is named, it is early help's.
"""

from dataclasses import asdict
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from contracts.codes import ParentsInformed
from contracts.handover import DeclinedReason, HandoverOrigin
from services.handover.domain.handover import Handover
from services.handover.domain.kinds import AcknowledgedHow, CancelledReason, NotJointReason
from services.handover.domain.statuses import Status
from services.handover.use_cases.read_handover import WholeHandover


class HandoverShown(BaseModel):
    """One handover."""

    id: UUID
    family_id: UUID
    origin: HandoverOrigin
    origin_id: UUID
    proposal_id: UUID | None
    referral_ids: tuple[UUID, ...]
    child_ids: tuple[UUID, ...]
    factors: tuple[str, ...]
    urgent: bool
    status: Status
    open: bool
    owner: Literal["early_help", "social_care"]
    """Whose the family is: safety stays with early help until the handover is completed."""
    a_person_knows: bool
    """Whether a named person acknowledged; on the urgent road nothing else stops the alarm."""
    parents_informed: ParentsInformed
    child_goes_home_at: datetime | None
    alarm_due: datetime | None
    proposed_by: str
    proposed_at: datetime
    opened_at: datetime
    authorised_by: str | None
    authorised_at: datetime | None
    sent_at: datetime | None
    delivered_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    acknowledged_how: AcknowledgedHow | None
    decided_at: datetime | None
    decided_by: str | None
    declined_reason: DeclinedReason | None
    visit_booked_on: date | None
    visited_on: date | None
    visit_joint: bool | None
    not_joint_reason: NotJointReason | None
    receiving_worker: str | None
    cancelled_reason: CancelledReason | None
    ended_at: datetime | None


class PackShown(BaseModel):
    """One version of the pack, by its hash."""

    pack_id: UUID
    version: int
    state: str
    sha256: str | None
    prepared_at: datetime | None
    delivered_at: datetime | None
    receipt: str | None
    attempts: int
    last_outcome: str | None


class NoteShown(BaseModel):
    """What one side wrote to the other."""

    kind: str
    words: str
    written_by: str
    written_at: datetime


class WholeHandoverShown(HandoverShown):
    """One handover with its packs and notes."""

    packs: list[PackShown]
    notes: list[NoteShown]


def shown(handover: Handover) -> HandoverShown:
    """Show a handover."""
    return HandoverShown.model_validate(_told(handover))


def shown_whole(whole: WholeHandover) -> WholeHandoverShown:
    """Show a handover with its packs and notes."""
    packs = [asdict(pack) | {"pack_id": pack.id} for pack in whole.packs]
    notes = [asdict(note) for note in whole.notes]
    return WholeHandoverShown.model_validate(
        _told(whole.handover) | {"packs": packs, "notes": notes}
    )


def _told(handover: Handover) -> dict[str, object]:
    return asdict(handover) | {
        "open": handover.is_open,
        "owner": handover.owner,
        "a_person_knows": handover.a_person_knows,
    }
