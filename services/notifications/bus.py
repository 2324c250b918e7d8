"""What is heard from other services: each handler takes one message in and does one thing."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from chassis.messaging.pipeline import Handler
from contracts import allocation, handover, referral
from contracts.envelope import Message
from services.notifications.hearing import cases, referrals, steps_up
from services.notifications.room import Room


def handlers(room: Room) -> Mapping[type[Message], Handler]:
    """Name the handler of each message."""
    heard: dict[type[Message], Callable[..., Awaitable[None]]] = {
        referral.ReferralReceived: referrals.received,
        referral.ScreeningStarted: referrals.screening_started,
        referral.ReferralAccepted: referrals.accepted,
        referral.ReferralSignposted: referrals.signposted,
        referral.ReferralNotProceeding: referrals.not_proceeding,
        referral.AgreementRecorded: referrals.agreement_recorded,
        referral.AgreementWithdrawn: referrals.agreement_withdrawn,
        referral.ReferralDiverted: steps_up.diverted,
        allocation.StepUpProposed: steps_up.proposed,
        handover.HandoverAccepted: steps_up.accepted,
        allocation.CaseOpened: cases.opened,
        allocation.ReferralJoinedCase: cases.joined,
        allocation.CaseWaitlisted: cases.waitlisted,
        allocation.CaseAllocated: cases.allocated,
        allocation.NoContactLetterRequested: cases.letter_requested,
        allocation.CaseClosed: cases.closed,
    }
    return {message: partial(handler, room) for message, handler in heard.items()}
