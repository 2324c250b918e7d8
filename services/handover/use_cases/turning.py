"""Saves a turn and says it: state, history, audit, clocks, prompts and messages in one commit."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import audit
from chassis.following import follow
from chassis.messaging.outbox import say
from chassis.web.identity import Actor
from contracts.roles import Role
from services.handover.domain.handover import Handover
from services.handover.domain.statuses import BOTH_WORKERS
from services.handover.domain.turn import Effect, Note, SendPack, StopSending, Turn, Who
from services.handover.publish import outgoing
from services.handover.store.handovers import Reader, add_handover, save_handover
from services.handover.store.notes import add_note
from services.handover.store.packs import let_go, stop_sending

EARLY_HELP = frozenset({*BOTH_WORKERS, Role.RECORDS_OFFICER}) - {Role.CARE_RECEIVER}


def who(actor: Actor) -> Who:
    """Tell a decision who decides."""
    return Who(actor.subject, actor.roles)


def reader_of(actor: Actor) -> Reader:
    """Tell a read who reads: only the receiving side's role makes a receiving reader."""
    return Reader(actor.council, receiving=not actor.roles & EARLY_HELP)


async def begin(conn: AsyncConnection, turn: Turn, actor: Actor, at: datetime) -> Handover:
    """Save and say the turn that opened a handover."""
    begun = replace(turn.handover, sequence=len(turn.facts))
    await add_handover(conn, begun)
    await _carry_out(conn, turn, actor, at)
    return begun


async def go_on(conn: AsyncConnection, turn: Turn, actor: Actor, at: datetime) -> Handover:
    """Save and say a turn of a handover that was read and held in this transaction."""
    after = replace(turn.handover, sequence=turn.handover.sequence + len(turn.facts))
    await save_handover(conn, after)
    await _carry_out(conn, turn, actor, at)
    return after


async def _carry_out(conn: AsyncConnection, turn: Turn, actor: Actor, at: datetime) -> None:
    handover = turn.handover
    for step in turn.steps:
        await audit.step_taken(
            conn,
            council=handover.council,
            life="handover",
            subject=handover.id,
            frm=step.frm,
            may=step.may,
            then=step.then,
            actor=actor,
            at=at,
            reason=step.reason,
        )
    await audit.record(
        conn, council=handover.council, actor=actor, action=turn.did, subject=handover.id
    )
    for effect in turn.effects:
        await _take_effect(conn, handover, effect, actor, at)
    await say(conn, *outgoing(turn))


async def _take_effect(
    conn: AsyncConnection, handover: Handover, effect: Effect, actor: Actor, at: datetime
) -> None:
    match effect:
        case SendPack():
            await let_go(conn, handover)
        case StopSending():
            await stop_sending(conn, handover)
        case Note():
            await add_note(conn, handover, effect, actor.subject, at)
        case _:
            await follow(
                conn, effect, council=handover.council, subject=handover.id, by=actor.subject
            )
