"""Record what became of one attempt to send a pack; a pack is never dropped, only stopped."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.web.identity import Actor
from contracts.handover import SendFailedReason
from services.handover.domain.sending import decide_delivered, decide_not_delivered
from services.handover.room import HandoverRoom
from services.handover.store.handovers import Reader, one_handover
from services.handover.store.packs import Pack, arrived, refused, try_again
from services.handover.use_cases.turning import go_on

SENDING = "handover.sending"


@dataclass(frozen=True)
class Setback:
    """Why an attempt failed, as a code; whether trying again helps, and whether a person must."""

    code: str
    final: bool = False
    for_a_person: bool = False
    wait_seconds: float = 0.0


async def record_delivered(
    conn: AsyncConnection, room: HandoverRoom, pack: Pack, receipt: str
) -> None:
    """Record the receiving system's receipt, once, however often it is given."""
    handover = await one_handover(conn, Reader(pack.council), pack.handover_id, hold=True)
    if not await arrived(conn, pack, receipt):
        return
    at, rules = room.clock.now(), room.rules(pack.council)
    turn = decide_delivered(handover, pack.version, pack.sha256 or "", at, rules)
    await go_on(conn, turn, Actor.system(SENDING, pack.council), at)


async def record_setback(
    conn: AsyncConnection, room: HandoverRoom, pack: Pack, setback: Setback
) -> None:
    """Record a failed attempt: the next one is due after a pause, and a person is asked in time."""
    handover = await one_handover(conn, Reader(pack.council), pack.handover_id, hold=True)
    if setback.final:
        counts = await refused(conn, pack, setback.code)
    else:
        counts = await try_again(conn, pack, pause(room, pack, setback), setback.code)
    if not counts:
        return
    tried_enough = pack.attempts % room.settings.send_tries == 0
    if not (setback.final or setback.for_a_person or tried_enough):
        return
    reason = SendFailedReason.REFUSED_BY_SYSTEM if setback.final else SendFailedReason.NOT_REACHED
    at, rules = room.clock.now(), room.rules(pack.council)
    turn = decide_not_delivered(handover, reason, at, rules)
    await go_on(conn, turn, Actor.system(SENDING, pack.council), at)


def pause(room: HandoverRoom, pack: Pack, setback: Setback) -> timedelta:
    """Tell how long to wait: twice as long each time, as asked, and never longer than the limit."""
    settings = room.settings
    longest = settings.send_longest_pause_seconds / (5 if pack.urgent else 1)
    doubled = settings.send_pause_seconds * 2.0 ** min(pack.attempts - 1, 30)
    return timedelta(seconds=min(max(doubled, setback.wait_seconds), longest))
