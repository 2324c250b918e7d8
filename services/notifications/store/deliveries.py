"""Deliveries: the roads of a notification, one after the other, and the attempts on each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clocks import new_id
from chassis.statements import changing, reading, the
from contracts.notifications import Channel
from services.notifications.domain.status import DeliveryStatus
from services.notifications.domain.things import Claimed, Delivery
from services.notifications.store.scope import within
from services.notifications.store.tables import attempts, deliveries

FIELDS = tuple(Delivery.__dataclass_fields__)
READ = tuple(deliveries.c[name] for name in FIELDS)
OPEN = (DeliveryStatus.WAITING, DeliveryStatus.QUEUED, DeliveryStatus.SENT)
UNSETTLED = (DeliveryStatus.QUEUED, DeliveryStatus.SENT)

Due = tuple[str, UUID, int]
"""A delivery's council, id and round."""

_MARK = (
    update(deliveries)
    .where(deliveries.c.council == bindparam("in_council"), deliveries.c.id == bindparam("with_id"))
    .values(claim=bindparam("to"), tries=deliveries.c.tries + 1)
)

_SKIP = (
    changing(deliveries, "notification_id")
    .where(deliveries.c.status.in_(OPEN))
    .values(status=DeliveryStatus.SKIPPED, next_try_at=None, claim=None, claimed_until=None)
)


async def add(conn: AsyncConnection, planned: Sequence[Delivery]) -> None:
    """Write the roads of a notification."""
    rows = [{name: getattr(each, name) for name in FIELDS} for each in planned]
    await conn.execute(insert(deliveries), rows)


async def find(conn: AsyncConnection, council: str, delivery_id: UUID) -> Delivery | None:
    """Find a delivery without holding it; hold its notification first, then `hold` it."""
    row = (await conn.execute(reading(READ, "id"), the(council, id=delivery_id))).first()
    return _read(row) if row else None


async def hold(conn: AsyncConnection, council: str, delivery_id: UUID) -> Delivery | None:
    """Read a delivery and hold it until the transaction ends."""
    asked = reading(READ, "id", hold=True)
    row = (await conn.execute(asked, the(council, id=delivery_id))).first()
    return _read(row) if row else None


async def save(conn: AsyncConnection, delivery: Delivery) -> None:
    """Write a delivery as it is now."""
    row = {name: getattr(delivery, name) for name in FIELDS}
    which = the(row.pop("council"), id=row.pop("id"))
    await conn.execute(changing(deliveries, "id"), row | which)


async def of_notification(
    conn: AsyncConnection, council: str, notification_id: UUID
) -> list[Delivery]:
    """Read the roads of a notification, in their order."""
    where = within(deliveries, council, notification_id=notification_id)
    rows = await conn.execute(select(*READ).where(where).order_by(deliveries.c.position))
    return [_read(row) for row in rows]


async def count_of(conn: AsyncConnection, council: str, notification_id: UUID) -> int:
    """Count the roads that were laid out for a notification."""
    where = within(deliveries, council, notification_id=notification_id)
    asked = select(func.count()).select_from(deliveries).where(where)
    return int((await conn.execute(asked)).scalar_one())


async def next_waiting(
    conn: AsyncConnection, council: str, notification_id: UUID
) -> Delivery | None:
    """Find the next road that has not been taken, and hold it."""
    waiting = within(
        deliveries, council, notification_id=notification_id, status=DeliveryStatus.WAITING
    )
    asked = select(*READ).where(waiting).order_by(deliveries.c.position).limit(1).with_for_update()
    row = (await conn.execute(asked)).first()
    return _read(row) if row else None


async def skip_the_rest(conn: AsyncConnection, council: str, notification_id: UUID) -> None:
    """End every road that is still open: they are told, or will not be."""
    await conn.execute(_SKIP, the(council, notification_id=notification_id))


async def hasten(conn: AsyncConnection, council: str, notification_id: UUID, now: datetime) -> None:
    """Let a delivery go now that waits for its time, unless it was tried already."""
    waiting = within(deliveries, council, notification_id=notification_id, tries=0)
    queued = and_(waiting, deliveries.c.status == DeliveryStatus.QUEUED)
    sooner = func.least(deliveries.c.next_try_at, now)
    await conn.execute(update(deliveries).where(queued).values(next_try_at=sooner))


async def leave_endpoint(
    conn: AsyncConnection, council: str, endpoint_id: UUID, now: datetime
) -> None:
    """Let everything that is queued for an endpoint take its next road."""
    queued = within(deliveries, council, endpoint_id=endpoint_id, status=DeliveryStatus.QUEUED)
    await conn.execute(update(deliveries).where(queued).values(give_up_at=now))


async def claim_messages(
    conn: AsyncConnection, now: datetime, until: datetime, at_most: int
) -> list[Claimed]:
    """Claim e-mails and text messages that are due."""
    channels = deliveries.c.channel.in_([Channel.EMAIL.value, Channel.SMS.value])
    due = and_(deliveries.c.status == DeliveryStatus.QUEUED, channels)
    return await _claim(conn, due, now, until, at_most)


async def claim_silent(
    conn: AsyncConnection, now: datetime, until: datetime, at_most: int
) -> list[Claimed]:
    """Claim what the provider took and has been silent about for too long."""
    return await _claim(conn, deliveries.c.status == DeliveryStatus.SENT, now, until, at_most)


async def claim_hopeless(
    conn: AsyncConnection, now: datetime, until: datetime, at_most: int
) -> list[Claimed]:
    """Claim what has been tried long enough on its road."""
    hopeless = and_(deliveries.c.status == DeliveryStatus.QUEUED, deliveries.c.give_up_at <= now)
    return await _claim(conn, hopeless, now, until, at_most, due=False)


async def _claim(
    conn: AsyncConnection,
    which: ColumnElement[bool],
    now: datetime,
    until: datetime,
    at_most: int,
    *,
    due: bool = True,
) -> list[Claimed]:
    free = deliveries.c.claimed_until.is_(None) | (deliveries.c.claimed_until < now)
    columns = (deliveries.c.council, deliveries.c.id, deliveries.c.round)
    asked = select(*columns).where(which, free)
    if due:
        asked = asked.where(deliveries.c.next_try_at <= now)
    asked = asked.order_by(deliveries.c.next_try_at).limit(at_most)
    found = (await conn.execute(asked.with_for_update(skip_locked=True))).all()
    return await mark_claimed(conn, [(r.council, r.id, r.round) for r in found], now, until)


async def mark_claimed(
    conn: AsyncConnection, rows: Sequence[Due], now: datetime, until: datetime
) -> list[Claimed]:
    """Mark rows that are held as claimed; each gets a claim of its own and an attempt."""
    claimed = [Claimed(council, delivery_id, new_id()) for council, delivery_id, _ in rows]
    if not claimed:
        return []
    marked = [{"in_council": c.council, "with_id": c.id, "to": c.claim} for c in claimed]
    await conn.execute(_MARK.values(claimed_until=until), marked)
    begun = [
        {"council": c.council, "id": c.claim, "subject_id": c.id, "round": number, "begun_at": now}
        for c, (_, _, number) in zip(claimed, rows, strict=True)
    ]
    await conn.execute(insert(attempts), begun)
    return claimed


async def end_attempt(
    conn: AsyncConnection,
    claimed: Claimed,
    now: datetime,
    outcome: str,
    status_code: int | None = None,
) -> None:
    """Write what came of an attempt; the attempt's id is its claim's."""
    ended = {"ended_at": now, "outcome": outcome, "status_code": status_code}
    which = the(claimed.council, id=claimed.claim)
    await conn.execute(changing(attempts, "id"), ended | which)


async def pending(conn: AsyncConnection) -> int:
    """Count the deliveries that go on by themselves, in every council; for the quiet report."""
    asked = select(func.count()).where(deliveries.c.status.in_(UNSETTLED))
    return int((await conn.execute(asked)).scalar_one())


def _read(row: Row[Any]) -> Delivery:
    told = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public way
    told["channel"], told["status"] = Channel(told["channel"]), DeliveryStatus(told["status"])
    return Delivery(**told)
