"""Alarms the desk: urgent prompts at once, and the next person when nobody takes them."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.messaging.timers import set_timer
from chassis.prompts import raise_prompt, untake_prompts
from councils.rules import CouncilRules
from services.referral.domain.danger import (
    ALARM,
    ASKED_ABOUT_IT,
    Ask,
    alarm_due,
    asks_at_once,
)


async def alarm(
    conn: AsyncConnection, rules: CouncilRules, referral_id: UUID, at: datetime
) -> None:
    """Ask the people of the desk now, and set the clock for the next of them.

    Whoever took an earlier danger has not taken this one.
    """
    await untake_prompts(conn, council=rules.code, subject=referral_id, kinds=ASKED_ABOUT_IT)
    await ask(conn, rules, referral_id, asks_at_once(at, rules))
    due = alarm_due(at, rules)
    await set_timer(conn, council=rules.code, kind=ALARM, subject=referral_id, due=due)


async def ask(
    conn: AsyncConnection, rules: CouncilRules, referral_id: UUID, asks: Iterable[Ask]
) -> None:
    """Raise urgent prompts about a referral."""
    for each in asks:
        await raise_prompt(
            conn,
            council=rules.code,
            kind=each.kind,
            subject=referral_id,
            role=each.role,
            due=each.due,
            urgent=True,
        )
