"""The bus' edge: which messages of other services allocation hears, and what it does with each."""

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.messaging.pipeline import Handler
from contracts import handover, notifications, referral
from contracts.envelope import Envelope, Message
from services.allocation.room import Room
from services.allocation.use_cases.follow_handover import follow_handover
from services.allocation.use_cases.follow_letter import follow_letter
from services.allocation.use_cases.note_worry import (
    note_addition,
    note_agreement_of,
    note_birth,
    note_danger,
    note_diversion,
    note_withdrawal,
)
from services.allocation.use_cases.take_on_referral import take_on_referral


def handlers(room: Room) -> dict[type[Message], Handler]:
    """Give one handler per message class; the council is the envelope's."""

    def by(use_case: Callable[..., Awaitable[None]]) -> Handler:
        async def heard(conn: AsyncConnection, envelope: Envelope, message: Any) -> None:
            await use_case(conn, room, envelope.council, message)

        return heard

    return {
        referral.ReferralAccepted: by(take_on_referral),
        referral.ChildBorn: by(note_birth),
        referral.DangerReported: by(note_danger),
        referral.InformationAdded: by(note_addition),
        referral.ReferralDiverted: by(note_diversion),
        referral.AgreementRecorded: by(note_agreement_of),
        referral.AgreementWithdrawn: by(note_withdrawal),
        notifications.LetterDispatched: by(follow_letter),
        notifications.LetterNotSent: by(follow_letter),
        handover.HandoverOpened: by(follow_handover),
        handover.HandoverAuthorised: by(follow_handover),
        handover.HandoverDeclined: by(follow_handover),
        handover.HandoverCancelled: by(follow_handover),
        handover.HandoverCompleted: by(follow_handover),
    }
