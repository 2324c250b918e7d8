"""Keeps what the two sides wrote to each other about a handover: words, so personal data."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clocks import new_id
from services.handover.domain.handover import Handover
from services.handover.domain.turn import Note
from services.handover.store.tables import notes


@dataclass(frozen=True)
class WrittenNote:
    """One note, with who wrote it and when."""

    kind: str
    words: str
    written_by: str
    written_at: datetime


async def add_note(
    conn: AsyncConnection, handover: Handover, note: Note, by: str, at: datetime
) -> None:
    """Keep a note."""
    row = {
        "council": handover.council,
        "id": new_id(),
        "handover_id": handover.id,
        "kind": note.kind,
        "words": note.words,
        "written_by": by,
        "written_at": at,
    }
    await conn.execute(insert(notes).values(row))


async def notes_of(conn: AsyncConnection, council: str, handover_id: UUID) -> list[WrittenNote]:
    """Read a handover's notes, oldest first."""
    shown = (notes.c.kind, notes.c.words, notes.c.written_by, notes.c.written_at)
    statement = (
        select(*shown)
        .where(notes.c.council == council, notes.c.handover_id == handover_id)
        .order_by(notes.c.id)
    )
    return [WrittenNote(*row) for row in await conn.execute(statement)]
