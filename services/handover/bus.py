"""What handover hears: a step-up that was proposed, and a referral that was diverted."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.messaging.pipeline import Handler
from contracts.allocation import StepUpProposed
from contracts.envelope import Envelope, Message
from contracts.referral import ReferralDiverted
from services.handover.room import HandoverRoom
from services.handover.use_cases.open_handover import open_handover


def handlers(room: HandoverRoom) -> Mapping[type[Message], Handler]:
    """Give a handler for each message that handover hears."""

    async def opened_by(
        conn: AsyncConnection, envelope: Envelope, said: StepUpProposed | ReferralDiverted
    ) -> None:
        await open_handover(conn, room, envelope.council, said)

    return {StepUpProposed: opened_by, ReferralDiverted: opened_by}
