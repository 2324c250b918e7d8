"""The bus' edge: which messages of other services allocation hears, and what it does with each."""

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

    async def accepted(conn: AsyncConnection, envelope: Envelope, message: Any) -> None:
        await take_on_referral(conn, room, envelope.council, message)

    async def born(conn: AsyncConnection, envelope: Envelope, message: Any) -> None:
        await note_birth(conn, room, envelope.council, message)

    async def danger(conn: AsyncConnection, envelope: Envelope, message: Any) -> None:
        await note_danger(conn, room, envelope.council, message)

    async def added(conn: AsyncConnection, envelope: Envelope, message: Any) -> None:
        await note_addition(conn, room, envelope.council, message)

    async def diverted(conn: AsyncConnection, envelope: Envelope, message: Any) -> None:
        await note_diversion(conn, room, envelope.council, message)

    async def agreement(conn: AsyncConnection, envelope: Envelope, message: Any) -> None:
        await note_agreement_of(conn, envelope.council, message)

    async def withdrawn(conn: AsyncConnection, envelope: Envelope, message: Any) -> None:
        await note_withdrawal(conn, room, envelope.council, message)

    async def letter(conn: AsyncConnection, envelope: Envelope, message: Any) -> None:
        await follow_letter(conn, room, envelope.council, message)

    async def handed(conn: AsyncConnection, envelope: Envelope, message: Any) -> None:
        await follow_handover(conn, room, envelope.council, message)

    return {
        referral.ReferralAccepted: accepted,
        referral.ChildBorn: born,
        referral.DangerReported: danger,
        referral.InformationAdded: added,
        referral.ReferralDiverted: diverted,
        referral.AgreementRecorded: agreement,
        referral.AgreementWithdrawn: withdrawn,
        notifications.LetterDispatched: letter,
        notifications.LetterNotSent: letter,
        handover.HandoverOpened: handed,
        handover.HandoverAuthorised: handed,
        handover.HandoverDeclined: handed,
        handover.HandoverCancelled: handed,
        handover.HandoverCompleted: handed,
    }
