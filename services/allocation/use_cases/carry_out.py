"""Carrying a decision out: state, history, audit, messages, timers and prompts in one commit."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import audit
from chassis.messaging.outbox import say
from chassis.messaging.timers import cancel_timer, set_timer
from chassis.prompts import hand_prompts_on, raise_prompt, settle_prompts
from chassis.web.identity import Actor
from contracts.roles import Role
from services.allocation.domain.case import Case
from services.allocation.domain.statuses import LIFE
from services.allocation.domain.turn import Ask, Due, Effect, HandOn, Settle, Stop, Turn
from services.allocation.publish import outgoing_of
from services.allocation.store.cases import insert_case, save_case

SYSTEM = Actor.system("system:allocation")
"""Acts where a message or a timer does, and no person did."""


async def carry_out(
    conn: AsyncConnection,
    actor: Actor,
    before: Case | None,
    turn: Turn,
    at: datetime,
    *,
    detail: Sequence[str] = (),
) -> Case | None:
    """Save a turn and everything that follows from it.

    Args:
        conn: The caller's transaction, which holds the case.
        actor: Who decided.
        before: The case as it was; None for a new one.
        turn: The decision.
        at: Field time.
        detail: Codes for the audit row.

    Returns:
        the case as saved; None where a new one found the family with an open case already.
    """
    messages = outgoing_of(turn.case, turn.facts)
    case = replace(turn.case, sequence=turn.case.sequence + len(messages))
    if before is not None:
        await save_case(conn, before, case)
    elif not await insert_case(conn, case):
        return None
    await _note(conn, actor, case, turn, at)
    await audit.record(
        conn, council=case.council, actor=actor, action=turn.did, subject=case.id, detail=detail
    )
    await say(conn, *messages)
    await _follow(conn, case, actor, turn.effects)
    return case


async def _note(conn: AsyncConnection, actor: Actor, case: Case, turn: Turn, at: datetime) -> None:
    """Write the step into the case's history, if one was taken."""
    if turn.step is None:
        return
    await audit.step_taken(
        conn,
        council=case.council,
        life=LIFE.name,
        subject=case.id,
        frm=turn.step.frm,
        may=turn.step.may,
        then=turn.step.then,
        actor=actor,
        at=at,
    )


async def _follow(
    conn: AsyncConnection, case: Case, actor: Actor, effects: Iterable[Effect]
) -> None:
    for effect in effects:
        match effect:
            case Due():
                await _set(conn, case, effect)
            case Stop(kind, about):
                await cancel_timer(
                    conn, council=case.council, kind=kind, subject=case.id, about=about
                )
            case Ask():
                await _ask(conn, case, effect)
            case HandOn(worker):
                await hand_prompts_on(
                    conn,
                    council=case.council,
                    subject=case.id,
                    role=Role.PRACTITIONER,
                    assignee=worker,
                )
            case Settle(kind, outcome, about):
                await settle_prompts(
                    conn,
                    council=case.council,
                    subject=case.id,
                    kind=kind,
                    about=about,
                    outcome=outcome,
                    by=actor.subject,
                )


async def _set(conn: AsyncConnection, case: Case, due: Due) -> None:
    which: dict[str, Any] = {"council": case.council, "kind": due.kind, "subject": case.id}
    which["about"] = due.about
    if due.again:
        await cancel_timer(conn, **which)
    await set_timer(conn, **which, due=due.at)


async def _ask(conn: AsyncConnection, case: Case, ask: Ask) -> None:
    await raise_prompt(
        conn,
        council=case.council,
        kind=ask.kind,
        subject=case.id,
        role=ask.role,
        about=ask.about,
        due=ask.due,
        urgent=ask.urgent,
        assignee=ask.assignee,
    )
