"""No-contact letters: asked for once, claimed like deliveries, and never sent twice."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clocks import new_id
from services.notifications.domain.status import LetterStatus
from services.notifications.domain.things import Claimed, Letter
from services.notifications.store.scope import within
from services.notifications.store.tables import attempts, letters

FIELDS = tuple(Letter.__dataclass_fields__)
READ = [letters.c[name] for name in FIELDS]


async def add(conn: AsyncConnection, letter: Letter) -> bool:
    """Add a letter; False where it was asked for before."""
    added = insert(letters).values(_row(letter)).on_conflict_do_nothing()
    return (await conn.execute(added.returning(letters.c.id))).first() is not None


async def hold(conn: AsyncConnection, council: str, letter_id: UUID) -> Letter | None:
    """Read a letter and hold it until the transaction ends."""
    asked = select(*READ).where(within(letters, council, id=letter_id)).with_for_update()
    row = (await conn.execute(asked)).first()
    return _read(row) if row else None


async def save(conn: AsyncConnection, letter: Letter) -> None:
    """Write a letter as it is now."""
    row = _row(letter)
    where = within(letters, row.pop("council"), id=row.pop("id"))
    await conn.execute(update(letters).where(where).values(row))


async def stopped_of(conn: AsyncConnection, council: str, family_id: UUID) -> list[Letter]:
    """Read and hold the letters that are stopped for a family."""
    where = within(letters, council, family_id=family_id, status=LetterStatus.STOPPED)
    rows = await conn.execute(select(*READ).where(where).with_for_update())
    return [_read(row) for row in rows]


async def claim(
    conn: AsyncConnection, now: datetime, until: datetime, at_most: int, *, status: LetterStatus
) -> list[Claimed]:
    """Claim letters that are due to be sent, or to be asked after."""
    free = letters.c.claimed_until.is_(None) | (letters.c.claimed_until < now)
    due = and_(letters.c.status == status, letters.c.next_try_at <= now, free)
    asked = (
        select(letters.c.council, letters.c.id)
        .where(due)
        .order_by(letters.c.next_try_at)
        .limit(at_most)
        .with_for_update(skip_locked=True)
    )
    claimed = [Claimed(r.council, r.id, new_id()) for r in (await conn.execute(asked)).all()]
    for each in claimed:
        where = within(letters, each.council, id=each.id)
        mark = {"claim": each.claim, "claimed_until": until, "tries": letters.c.tries + 1}
        await conn.execute(update(letters).where(where).values(mark))
        begun = {"council": each.council, "id": each.claim, "subject_id": each.id}
        await conn.execute(insert(attempts).values(begun | {"round": 0, "begun_at": now}))
    return claimed


async def note_composed(conn: AsyncConnection, claimed: Claimed, at: datetime) -> bool:
    """Write which day the letter speaks of, before it is posted; False where the claim is lost."""
    where = within(letters, claimed.council, id=claimed.id, claim=claimed.claim)
    noted = await conn.execute(update(letters).where(where).values(composed_at=at))
    return bool(noted.rowcount)


async def pending(conn: AsyncConnection) -> int:
    """Count the letters that are still to go, in every council; for the quiet report."""
    asked = select(func.count()).where(letters.c.status == LetterStatus.REQUESTED)
    return int((await conn.execute(asked)).scalar_one())


def _row(letter: Letter) -> dict[str, Any]:
    row = {name: getattr(letter, name) for name in FIELDS}
    return row | {"referral_ids": list(letter.referral_ids)}


def _read(row: Row[Any]) -> Letter:
    told = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public way
    told["referral_ids"] = tuple(told["referral_ids"])
    return Letter(**told | {"status": LetterStatus(told["status"])})
