"""Ends the desk's clocks and prompts on a referral that has been decided; danger stays asked."""

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.messaging.timers import cancel_timer
from chassis.prompts import settle_prompts
from services.referral.domain.danger import ALARM, ASKED_ABOUT_IT
from services.referral.domain.referral import Referral

CLOCKS = ("screening", "decision", "family_contact", "agreement_chase")
ASKED = (
    "screening_overdue",
    "decision_overdue",
    "family_not_reached",
    "agreement_missing",
    "information_added",
    "handover_declined",
    "handover_cancelled",
)


async def clear_desk(
    conn: AsyncConnection, referral: Referral, *, outcome: str, by: str, danger: bool = False
) -> None:
    """End what the decision answers; what was asked about danger only if `danger` says so."""
    council, subject = referral.council, referral.id
    for kind in (*CLOCKS, ALARM) if danger else CLOCKS:
        await cancel_timer(conn, council=council, kind=kind, subject=subject)
    for kind in (*ASKED, *ASKED_ABOUT_IT) if danger else ASKED:
        await settle_prompts(
            conn, council=council, subject=subject, kind=kind, outcome=outcome, by=by
        )
