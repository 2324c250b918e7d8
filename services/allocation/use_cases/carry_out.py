"""Carrying a decision out: state, history, audit, messages, timers and prompts in one commit."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import audit
from chassis.following import follow
from chassis.messaging.outbox import say
from chassis.prompts import hand_prompts_on
from chassis.web.identity import Actor
from contracts.roles import Role
from services.allocation.domain.case import Case
from services.allocation.domain.statuses import LIFE
from services.allocation.domain.turn import Effect, HandOn, Turn
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
        reason=turn.step.reason,
    )


async def _follow(
    conn: AsyncConnection, case: Case, actor: Actor, effects: Iterable[Effect]
) -> None:
    for effect in effects:
        if isinstance(effect, HandOn):
            await hand_prompts_on(
                conn,
                council=case.council,
                subject=case.id,
                role=Role.PRACTITIONER,
                assignee=effect.assignee,
            )
        else:
            await follow(conn, effect, council=case.council, subject=case.id, by=actor.subject)
