"""Keeps each version of a pack by its hash, and who is sending it; never what is in it.

A pack is rebuilt for every attempt. Its hash is kept before it leaves, so that what is sent again
after a crash is known to be the same, and what has changed goes as a further version.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clocks import new_id, wall_now
from services.handover.domain.handover import Handover
from services.handover.store.handovers import Reader, one_handover
from services.handover.store.tables import packs


class PackState(StrEnum):
    """What became of a version."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    REFUSED = "refused"
    SUPERSEDED = "superseded"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Pack:
    """One version of a handover's pack, and how far it has come."""

    council: str
    id: UUID
    version: int
    handover_id: UUID
    urgent: bool
    state: PackState
    sha256: str | None
    prepared_at: datetime | None
    delivered_at: datetime | None
    receipt: str | None
    attempts: int
    last_outcome: str | None

    @property
    def key(self) -> str:
        """What the receiving system knows this version by, on every attempt."""
        return str(self.id) if self.version == 1 else f"{self.id}/{self.version}"


SHOWN = [packs.c[field.name] for field in fields(Pack)]


def _pack(row: Any) -> Pack:
    shown = {field.name: getattr(row, field.name) for field in fields(Pack)}
    return Pack(**(shown | {"state": PackState(row.state)}))


def _is(pack: Pack) -> ColumnElement[bool]:
    return and_(
        packs.c.council == pack.council,
        packs.c.id == pack.id,
        packs.c.version == pack.version,
    )


async def packs_of(conn: AsyncConnection, council: str, handover_id: UUID) -> list[Pack]:
    """Read every version of a handover's pack, the latest last."""
    statement = (
        select(*SHOWN)
        .where(packs.c.council == council, packs.c.handover_id == handover_id)
        .order_by(packs.c.version)
    )
    return [_pack(row) for row in await conn.execute(statement)]


async def let_go(conn: AsyncConnection, handover: Handover) -> None:
    """Let the version that waits go now, or a new one if there is none waiting."""
    known = await packs_of(conn, handover.council, handover.id)
    if known and known[-1].state is PackState.WAITING:
        hurried = {"next_attempt_at": func.now(), "urgent": handover.urgent}
        await conn.execute(update(packs).where(_is(known[-1])).values(hurried))
        return
    pack_id, version = (known[-1].id, known[-1].version + 1) if known else (new_id(), 1)
    await _add(conn, handover.council, handover.id, pack_id, version, urgent=handover.urgent)


async def stop_sending(conn: AsyncConnection, handover: Handover) -> None:
    """Let the waiting version of an ended handover go no more."""
    waiting = and_(
        packs.c.council == handover.council,
        packs.c.handover_id == handover.id,
        packs.c.state == PackState.WAITING,
    )
    await conn.execute(update(packs).where(waiting).values(state=PackState.STOPPED))


async def claim_next(conn: AsyncConnection, lease: timedelta) -> tuple[Pack, UUID] | None:
    """Claim the pack that should go next, the urgent first; its lease outlives a crash."""
    free = or_(packs.c.claimed_until.is_(None), packs.c.claimed_until < func.now())
    statement = (
        select(packs.c.council, packs.c.id, packs.c.version)
        .where(packs.c.state == PackState.WAITING, packs.c.next_attempt_at <= func.now(), free)
        .order_by(packs.c.urgent.desc(), packs.c.next_attempt_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = (await conn.execute(statement)).first()
    if row is None:
        return None
    claim = new_id()
    claimed = (
        update(packs)
        .where(packs.c.council == row.council, packs.c.id == row.id)
        .where(packs.c.version == row.version)
        .values(claim=claim, claimed_until=wall_now() + lease, attempts=packs.c.attempts + 1)
        .returning(*SHOWN)
    )
    return _pack((await conn.execute(claimed)).one()), claim


async def prepare(conn: AsyncConnection, pack: Pack, claim: UUID, sha256: str) -> Pack | None:
    """Keep the hash of what is about to leave; None if it may not leave any more.

    Content that is not what this version said before goes as a further version. The handover is
    held meanwhile: whoever ends it stops the further version too.
    """
    await one_handover(conn, Reader(pack.council), pack.handover_id, hold=True)
    statement = select(*SHOWN, packs.c.claim).where(_is(pack)).with_for_update()
    row = (await conn.execute(statement)).one()
    if row.claim != claim or row.state != PackState.WAITING:
        return None
    if row.sha256 in (None, sha256):
        kept = {"sha256": sha256, "prepared_at": func.coalesce(packs.c.prepared_at, func.now())}
        changed = update(packs).where(_is(pack)).values(kept).returning(*SHOWN)
        return _pack((await conn.execute(changed)).one())
    await conn.execute(update(packs).where(_is(pack)).values(state=PackState.SUPERSEDED))
    further = {"sha256": sha256, "prepared_at": func.now(), "claim": claim}
    leased = select(packs.c.claimed_until).where(_is(pack)).scalar_subquery()
    more = further | {"claimed_until": leased, "attempts": pack.attempts}
    return await _add(
        conn, pack.council, pack.handover_id, pack.id, pack.version + 1, urgent=pack.urgent, **more
    )


async def arrived(conn: AsyncConnection, pack: Pack, receipt: str) -> bool:
    """Record a receipt; False if it was recorded before."""
    new = and_(_is(pack), packs.c.state != PackState.DELIVERED)
    values = {
        "state": PackState.DELIVERED,
        "receipt": receipt,
        "delivered_at": func.now(),
        "last_outcome": "delivered",
    }
    return (await conn.execute(update(packs).where(new).values(values))).rowcount == 1


async def refused(conn: AsyncConnection, pack: Pack, outcome: str) -> bool:
    """Record that the system refused this version: only a person can send another.

    False where another sender, or the handover's end, came before.
    """
    return await _while_waiting(conn, pack, {"state": PackState.REFUSED, "last_outcome": outcome})


async def try_again(conn: AsyncConnection, pack: Pack, pause: timedelta, outcome: str) -> bool:
    """Record a failed attempt and when the next one is; False as in `refused`."""
    values = {
        "next_attempt_at": wall_now() + pause,
        "claim": None,
        "claimed_until": None,
        "last_outcome": outcome,
    }
    return await _while_waiting(conn, pack, values)


async def _while_waiting(conn: AsyncConnection, pack: Pack, values: Mapping[str, Any]) -> bool:
    waiting = and_(_is(pack), packs.c.state == PackState.WAITING)
    return (await conn.execute(update(packs).where(waiting).values(values))).rowcount == 1


async def waiting_now(conn: AsyncConnection, within: timedelta) -> int:
    """Count the packs that are being sent, or go within a moment."""
    due = or_(packs.c.next_attempt_at <= wall_now() + within, packs.c.claimed_until > func.now())
    statement = select(func.count()).where(packs.c.state == PackState.WAITING, due)
    return int((await conn.execute(statement)).scalar_one())


async def _add(
    conn: AsyncConnection,
    council: str,
    handover_id: UUID,
    pack_id: UUID,
    version: int,
    *,
    urgent: bool,
    **more: Any,
) -> Pack:
    row = {
        "council": council,
        "id": pack_id,
        "version": version,
        "handover_id": handover_id,
        "urgent": urgent,
        "state": PackState.WAITING,
        **more,
    }
    return _pack((await conn.execute(insert(packs).values(row).returning(*SHOWN))).one())
