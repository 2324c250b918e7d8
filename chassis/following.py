"""Does what follows from a decision: its timers and prompts, in the decision's own commit."""

from typing import assert_never

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.effects import Ask, Due, Settle, Stop
from chassis.messaging.timers import cancel_timer, set_timer
from chassis.prompts import raise_prompt, settle_prompts, untake_prompts


async def follow(
    conn: AsyncConnection,
    effect: Due[str] | Stop[str] | Ask[str] | Settle[str],
    *,
    council: str,
    subject: object,
    by: str,
) -> None:
    """Do what one effect says, within the caller's transaction.

    Args:
        conn: The transaction that saves the decision.
        effect: What the decision gave back.
        council: Whose it is.
        subject: The id of what was decided about.
        by: The subject of who decided; prompts are settled in that name.
    """
    match effect:
        case Due():
            await _set(conn, effect, council, subject)
        case Stop(kind):
            await cancel_timer(conn, council=council, kind=kind, subject=subject)
        case Ask():
            await _ask(conn, effect, council, subject)
        case Settle(kind, outcome, about):
            await settle_prompts(
                conn,
                council=council,
                subject=subject,
                kind=kind,
                about=about,
                outcome=outcome,
                by=by,
            )
        case _:
            assert_never(effect)


async def _set(conn: AsyncConnection, due: Due[str], council: str, subject: object) -> None:
    kind, about = due.kind, due.about
    if due.again:
        await cancel_timer(conn, council=council, kind=kind, subject=subject, about=about)
    await set_timer(conn, council=council, kind=kind, subject=subject, about=about, due=due.at)


async def _ask(conn: AsyncConnection, ask: Ask[str], council: str, subject: object) -> None:
    await raise_prompt(
        conn,
        council=council,
        kind=ask.kind,
        subject=subject,
        role=ask.role,
        about=ask.about,
        due=ask.due,
        urgent=ask.urgent,
        assignee=ask.assignee,
    )
    if ask.anew:
        await untake_prompts(conn, council=council, subject=subject, kinds=[ask.kind])
