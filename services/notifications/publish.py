"""What has come true here, as the messages that other services hear."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.messaging.outbox import Outgoing, say
from contracts.envelope import Message
from contracts.notifications import (
    Channel,
    LetterDispatched,
    LetterNotSent,
    LetterNotSentReason,
    MilestoneSuppressed,
    MilestoneTold,
    MilestoneUnsettled,
    SuppressedReason,
)
from services.notifications.domain.things import Letter, Notification, Referral
from services.notifications.store.known import next_sequence


async def say_told(
    conn: AsyncConnection, referral: Referral, about: Notification, channel: Channel, at: datetime
) -> None:
    """Say that the referrer was told."""
    message = MilestoneTold(**_of(referral, about), channel=channel, told_at=at)
    await _say(conn, referral.council, referral.referral_id, message)


async def say_suppressed(
    conn: AsyncConnection, referral: Referral, about: Notification, reason: SuppressedReason
) -> None:
    """Say that the referrer is rightly not told."""
    message = MilestoneSuppressed(**_of(referral, about), reason=reason)
    await _say(conn, referral.council, referral.referral_id, message)


async def say_unsettled(conn: AsyncConnection, referral: Referral, about: Notification) -> None:
    """Say that the referrer should have been told by now."""
    message = MilestoneUnsettled(**_of(referral, about))
    await _say(conn, referral.council, referral.referral_id, message)


async def say_dispatched(conn: AsyncConnection, letter: Letter, at: datetime) -> None:
    """Say that the letter is on its way."""
    message = LetterDispatched(
        referral_id=letter.referral_ids[0],
        family_id=letter.family_id,
        letter_id=letter.id,
        case_id=letter.case_id,
        dispatched_at=at,
    )
    await _say(conn, letter.council, letter.referral_ids[0], message)


async def say_not_sent(conn: AsyncConnection, letter: Letter, reason: LetterNotSentReason) -> None:
    """Say that the letter did not go, or did not arrive."""
    message = LetterNotSent(
        referral_id=letter.referral_ids[0],
        family_id=letter.family_id,
        letter_id=letter.id,
        case_id=letter.case_id,
        reason=reason,
    )
    await _say(conn, letter.council, letter.referral_ids[0], message)


def _of(referral: Referral, about: Notification) -> dict[str, Any]:
    return {
        "referral_id": referral.referral_id,
        "family_id": referral.family_id,
        "notification_id": about.id,
        "milestone": about.milestone,
    }


async def _say(conn: AsyncConnection, council: str, referral_id: UUID, message: Message) -> None:
    sequence = await next_sequence(conn, council, referral_id)
    await say(conn, Outgoing(message, council, sequence))
