"""The edge where other services' messages come in: each finds its use case."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.messaging.pipeline import Handler
from chassis.web.identity import Actor
from contracts.allocation import CaseOpened, ReferralJoinedCase
from contracts.envelope import Envelope, Message
from contracts.handover import (
    HandoverCancelled,
    HandoverCompleted,
    HandoverDeclined,
    HandoverMessage,
    HandoverOrigin,
)
from contracts.notifications import (
    MilestoneSuppressed,
    MilestoneTold,
    MilestoneUnsettled,
    SuppressedReason,
)
from services.referral.domain.status import Nobody
from services.referral.room import ReferralRoom
from services.referral.use_cases.hear_case import release_to_case
from services.referral.use_cases.hear_handover import handed_back, handed_over
from services.referral.use_cases.hear_notice import notice_settled, notice_unsettled


def _system(envelope: Envelope) -> Actor:
    return Actor(
        subject=f"system:{envelope.source.rpartition('/')[2]}",
        kind="system",
        council=envelope.council,
        organisation="kinbridge",
        roles=frozenset({Nobody.SYSTEM}),
    )


def handlers(room: ReferralRoom) -> Mapping[type[Message], Handler]:
    """Give one handler per message class that the front door hears."""
    return {**_of_cases(room), **_of_notices(room), **_of_handovers(room)}


def _of_cases(room: ReferralRoom) -> Mapping[type[Message], Handler]:
    async def opened(conn: AsyncConnection, e: Envelope, message: CaseOpened) -> None:
        for referral_id in message.referral_ids:
            await release_to_case(conn, room, _system(e), referral_id, message.case_id)

    async def joined(conn: AsyncConnection, e: Envelope, message: ReferralJoinedCase) -> None:
        referral_id, case_id = message.referral_id, message.case_id
        await release_to_case(conn, room, _system(e), referral_id, case_id, joined=True)

    return {CaseOpened: opened, ReferralJoinedCase: joined}


def _of_notices(room: ReferralRoom) -> Mapping[type[Message], Handler]:
    async def told(conn: AsyncConnection, e: Envelope, message: MilestoneTold) -> None:
        referral_id, milestone = message.referral_id, message.milestone
        await notice_settled(conn, room, _system(e), referral_id, milestone, told=True)

    async def suppressed(conn: AsyncConnection, e: Envelope, message: MilestoneSuppressed) -> None:
        referral_id, milestone = message.referral_id, message.milestone
        answered = message.reason is not SuppressedReason.SUPERSEDED
        await notice_settled(
            conn, room, _system(e), referral_id, milestone, told=False, answered=answered
        )

    async def unsettled(conn: AsyncConnection, e: Envelope, message: MilestoneUnsettled) -> None:
        await notice_unsettled(conn, _system(e), message.referral_id, message.milestone)

    return {MilestoneTold: told, MilestoneSuppressed: suppressed, MilestoneUnsettled: unsettled}


def _of_handovers(room: ReferralRoom) -> Mapping[type[Message], Handler]:
    async def completed(conn: AsyncConnection, e: Envelope, message: HandoverCompleted) -> None:
        if message.origin is HandoverOrigin.REFERRAL:
            await handed_over(conn, room, _system(e), message.origin_id)

    async def back(conn: AsyncConnection, e: Envelope, message: HandoverMessage) -> None:
        if message.origin is HandoverOrigin.REFERRAL:
            declined = isinstance(message, HandoverDeclined)
            kind = "handover_declined" if declined else "handover_cancelled"
            await handed_back(conn, room, _system(e), message.origin_id, kind)

    return {HandoverCompleted: completed, HandoverDeclined: back, HandoverCancelled: back}
