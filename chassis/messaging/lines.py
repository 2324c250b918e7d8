"""Lines of parked messages: one per key, oldest first; a message without a key is its own line."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    and_,
    case,
    delete,
    exists,
    func,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import audit
from chassis.facts import NotFound
from chassis.messaging.inbox import claim
from chassis.messaging.parking import Reason, parked, parked_key

FIRST_WAIT = 0.1
"""Seconds until a message that waits for a fact is tried again; it doubles with each try."""
LIVE = parked.c.discarded_at.is_(None)


class GivenUp(StrEnum):
    """Why a person gave a parked message up."""

    SETTLED_BY_HAND = "settled-by-hand"
    SUPERSEDED = "superseded"
    DUPLICATE = "duplicate"
    SENT_IN_ERROR = "sent-in-error"
    NOT_OURS = "not-ours"


@dataclass(frozen=True)
class Line:
    """The messages parked under one key of one topic, or one message that has no key."""

    topic: str
    key: bytes | None
    number: int


@dataclass(frozen=True)
class ParkedMessage:
    """One parked message, for a list: where it came from and why it is here."""

    number: int
    topic: str
    partition: int
    record_offset: int
    key: bytes | None
    ce_id: UUID | None
    ce_type: str | None
    council: str | None
    reason: str
    detail: tuple[str, ...]
    fact: str | None
    parked_at: datetime
    tries: int


async def parked_messages(
    conn: AsyncConnection, group: str, at_most: int = 500
) -> list[ParkedMessage]:
    """List what is parked, in the order in which it was."""
    columns = [parked.c[name] for name in ParkedMessage.__dataclass_fields__]
    asked = select(*columns).where(_of(group)).order_by(parked.c.number).limit(at_most)
    return [
        ParkedMessage(**{**row._mapping, "detail": tuple(row.detail)})  # noqa: SLF001 - its public way
        for row in await conn.execute(asked)
    ]


async def all_lines(conn: AsyncConnection, group: str) -> list[Line]:
    """Find every line, the longest parked first."""
    return await _lines(conn, _of(group))


async def ready_lines(conn: AsyncConnection, group: str, at_most: int = 200) -> list[Line]:
    """Find the lines whose first message may be tried again now."""
    return await _lines(conn, and_(_of(group), parked.c.ready_at <= func.now()), at_most)


async def line_of(conn: AsyncConnection, group: str, number: int) -> Line:
    """Find the line that a parked message stands in.

    Raises:
        NotFound: Nothing is parked under that number.
    """
    found = await _lines(conn, and_(_of(group), parked.c.number == number))
    if not found:
        raise NotFound(f"Nothing is parked under number {number}.")
    return found[0]


async def take_head(conn: AsyncConnection, group: str, line: Line) -> Row[Any] | None:
    """Lock a line and give its first message; None where it has gone meanwhile."""
    asked = select(parked).where(_of(group), _in(line)).order_by(parked.c.number).limit(1)
    if line.key is None:
        asked = asked.with_for_update()
    elif not await _lock(conn, group, line):
        return None
    return (await conn.execute(asked)).first()


async def leave(conn: AsyncConnection, group: str, line: Line, number: int) -> None:
    """Take a message that has been handled out of its line; the next may be tried at once."""
    await conn.execute(delete(parked).where(parked.c.number == number))
    await _move_up(conn, group, line)


async def put_back(
    conn: AsyncConnection, number: int, reason: Reason, longest_wait: timedelta
) -> None:
    """Note why a message could not be handled again; one that waits is tried later on its own."""
    doubling = func.least(
        longest_wait, timedelta(seconds=FIRST_WAIT) * func.power(2, func.least(parked.c.tries, 20))
    )
    await conn.execute(
        update(parked)
        .where(parked.c.number == number)
        .values(
            reason=reason.slug,
            detail=list(reason.detail),
            fact=reason.fact,
            tries=parked.c.tries + 1,
            ready_at=func.now() + doubling if reason.fact else None,
        )
    )


async def discard(
    conn: AsyncConnection, group: str, number: int, *, by: audit.WhoActs, why: GivenUp
) -> None:
    """Give a parked message up, with a reason; the line behind it may be tried at once.

    It stays on record, and will not be handled should Kafka bring it again.

    Raises:
        NotFound: Nothing is parked under that number.
    """
    line = await line_of(conn, group, number)
    if line.key is not None:
        await _lock(conn, group, line)
    given_up = (
        update(parked)
        .where(_of(group), parked.c.number == number)
        .values(
            discarded_at=func.now(),
            discarded_by=by.subject,
            discarded_why=why,
            ready_at=None,
            fact=None,
        )
        .returning(parked.c.council, parked.c.ce_id, parked.c.ce_type, parked.c.reason)
    )
    row = (await conn.execute(given_up)).first()
    if row is None:
        raise NotFound(f"Nothing is parked under number {number}.")
    await _move_up(conn, group, line)
    await audit.record(
        conn,
        council=row.council or "unknown",
        actor=by,
        action="parked message discarded",
        subject=row.ce_id or f"parked:{number}",
        detail=[code for code in (row.ce_type, row.reason, why) if code],
    )


async def claim_anew(conn: AsyncConnection, group: str, row: Row[Any], ce_id: UUID) -> bool:
    """Claim a message that could not be read when it was parked; the others are claimed."""
    return row.ce_id is not None or bool(await claim(conn, group, [ce_id]))


async def waiting_too_long(
    conn: AsyncConnection, group: str, longest: timedelta
) -> tuple[int, str | None]:
    """Count the messages whose fact should have arrived, and name one kind of fact."""
    late = and_(_of(group), parked.c.fact.is_not(None), parked.c.parked_at < func.now() - longest)
    asked = select(func.count(), func.min(func.split_part(parked.c.fact, ":", 1))).where(late)
    count, kind = (await conn.execute(asked)).one()
    return count, kind


async def parked_count(conn: AsyncConnection, group: str) -> int:
    """Count what is parked and not discarded."""
    return int((await conn.execute(select(func.count()).where(_of(group)))).scalar_one())


async def ready_count(conn: AsyncConnection, group: str) -> int:
    """Count the parked messages that should be tried again by now; for the quiet report."""
    ready = and_(_of(group), parked.c.ready_at <= func.now())
    return int((await conn.execute(select(func.count()).where(ready))).scalar_one())


def _of(group: str) -> ColumnElement[bool]:
    return and_(parked.c.group_name == group, LIVE)


def _in(line: Line) -> ColumnElement[bool]:
    if line.key is None:
        return parked.c.number == line.number
    return and_(parked.c.topic == line.topic, parked.c.key == line.key)


async def _lines(
    conn: AsyncConnection, which: ColumnElement[bool], at_most: int | None = None
) -> list[Line]:
    alone = case((parked.c.key.is_(None), parked.c.number))
    asked = (
        select(parked.c.topic, parked.c.key, func.min(parked.c.number).label("number"))
        .where(which)
        .group_by(parked.c.topic, parked.c.key, alone)
        .order_by(func.min(parked.c.number))
        .limit(at_most)
    )
    return [Line(row.topic, row.key, row.number) for row in await conn.execute(asked)]


async def _lock(conn: AsyncConnection, group: str, line: Line) -> bool:
    asked = select(parked_key.c.since).where(_key_of(group, line)).with_for_update()
    return (await conn.execute(asked)).first() is not None


async def _move_up(conn: AsyncConnection, group: str, line: Line) -> None:
    """Let the next of the line be tried at once, or end the line; its key is locked."""
    if line.key is None:
        return
    rest = and_(_of(group), _in(line))
    head = select(func.min(parked.c.number)).where(rest).scalar_subquery()
    await conn.execute(update(parked).where(parked.c.number == head).values(ready_at=func.now()))
    nobody = ~exists(select(parked.c.number).where(rest))
    await conn.execute(delete(parked_key).where(_key_of(group, line), nobody))


def _key_of(group: str, line: Line) -> ColumnElement[bool]:
    return and_(
        parked_key.c.group_name == group,
        parked_key.c.topic == line.topic,
        parked_key.c.key == line.key,
    )
