"""Notifications: added once per milestone and recipient, locked before they change."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.statements import changing, reading, the
from contracts.notifications import Channel, Milestone
from services.notifications.domain.status import Status
from services.notifications.domain.things import Notification
from services.notifications.store.scope import of_agency, within
from services.notifications.store.tables import notifications, referrals

FIELDS = tuple(Notification.__dataclass_fields__)
READ = tuple(notifications.c[name] for name in FIELDS)
DECISIONS = (Milestone.ACCEPTED, Milestone.SIGNPOSTED, Milestone.NOT_PROCEEDING)
FEED = (Status.QUEUED, Status.WITH_PERSON, Status.TOLD)

_ADD = insert(notifications).on_conflict_do_nothing().returning(notifications.c.id)


async def add(conn: AsyncConnection, notification: Notification) -> bool:
    """Add a notification; False where this milestone was asked for before."""
    row = {name: getattr(notification, name) for name in FIELDS}
    return (await conn.execute(_ADD, row)).first() is not None


async def find(conn: AsyncConnection, council: str, notification_id: UUID) -> Notification | None:
    """Find a notification and hold it until the transaction ends."""
    asked = reading(READ, "id", hold=True)
    row = (await conn.execute(asked, the(council, id=notification_id))).first()
    return _read(row) if row else None


async def find_milestone(
    conn: AsyncConnection, council: str, referral_id: UUID, milestone: Milestone
) -> Notification | None:
    """Find what is told of one milestone and hold it until the transaction ends."""
    where = within(notifications, council, referral_id=referral_id, milestone=milestone.value)
    return await _one(conn, where)


async def decided_before(
    conn: AsyncConnection, council: str, referral_id: UUID, occasion: int
) -> list[Notification]:
    """Find and hold the decisions before this one that nobody has been told of."""
    where = and_(
        within(notifications, council, referral_id=referral_id, settled_at=None),
        notifications.c.milestone.in_(DECISIONS),
        notifications.c.occasion < occasion,
    )
    rows = await conn.execute(select(*READ).where(where).with_for_update())
    return [_read(row) for row in rows]


async def save(conn: AsyncConnection, notification: Notification) -> None:
    """Write a notification as it is now."""
    row = {name: getattr(notification, name) for name in FIELDS}
    which = the(row.pop("council"), id=row.pop("id"))
    await conn.execute(changing(notifications, "id"), row | which)


async def of_referral(
    conn: AsyncConnection, council: str, referral_id: UUID | None
) -> list[Notification]:
    """Read a referral's notifications, or the council's unsettled ones, the oldest first."""
    asked: Select[Any] = select(*READ).where(within(notifications, council))
    if referral_id is not None:
        asked = asked.where(notifications.c.referral_id == referral_id)
    else:
        asked = asked.where(notifications.c.settled_at.is_(None))
    return [_read(row) for row in await conn.execute(asked.order_by(notifications.c.id).limit(500))]


async def for_agency(
    conn: AsyncConnection, council: str, agency_id: UUID, after: UUID | None, at_most: int
) -> list[Notification]:
    """Read what an agency may pull and has not read: what is told, or would be by another road."""
    asked = select(*READ).where(
        of_agency(council, agency_id),
        notifications.c.status.in_(FEED),
        notifications.c.read_at.is_(None),
    )
    if after is not None:
        asked = asked.where(notifications.c.id > after)
    return [_read(r) for r in await conn.execute(asked.order_by(notifications.c.id).limit(at_most))]


async def find_for_agency(
    conn: AsyncConnection, council: str, agency_id: UUID, notification_id: UUID
) -> Notification | None:
    """Find one that an agency may pull, and hold it until the transaction ends."""
    where = (
        of_agency(council, agency_id),
        notifications.c.id == notification_id,
        notifications.c.status.in_(FEED),
    )
    return await _one(conn, *where)


async def of_family(
    conn: AsyncConnection, council: str, family_id: UUID, status: Status
) -> list[Notification]:
    """Read and hold what stands there for a family."""
    theirs = select(referrals.c.referral_id).where(within(referrals, council, family_id=family_id))
    asked = (
        select(*READ)
        .where(
            within(notifications, council, status=status),
            notifications.c.referral_id.in_(theirs),
        )
        .order_by(notifications.c.id)
        .with_for_update()
    )
    return [_read(row) for row in await conn.execute(asked)]


async def count(conn: AsyncConnection, status: Status) -> int:
    """Count what stands there, in every council; for measures."""
    asked = select(func.count()).where(notifications.c.status == status)
    return int((await conn.execute(asked)).scalar_one())


async def _one(conn: AsyncConnection, *where: ColumnElement[bool]) -> Notification | None:
    row = (await conn.execute(select(*READ).where(*where).with_for_update())).first()
    return _read(row) if row else None


def _read(row: Row[Any]) -> Notification:
    told = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public way
    told["milestone"], told["status"] = Milestone(told["milestone"]), Status(told["status"])
    told["channel"] = Channel(told["channel"]) if told["channel"] else None
    return Notification(**told)
