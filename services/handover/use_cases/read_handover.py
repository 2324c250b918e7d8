"""Staff read handovers, of their own council, and the read is on record before they see it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import audit
from chassis.web.identity import Actor
from services.handover.domain.handover import Handover
from services.handover.store.handovers import listed_handovers, one_handover
from services.handover.store.notes import WrittenNote, notes_of
from services.handover.store.packs import Pack, packs_of
from services.handover.use_cases.turning import reader_of


@dataclass(frozen=True)
class WholeHandover:
    """A handover with the versions of its pack and what the two sides wrote."""

    handover: Handover
    packs: list[Pack]
    notes: list[WrittenNote]


async def read_handover(conn: AsyncConnection, actor: Actor, handover_id: UUID) -> WholeHandover:
    """Read one handover whole."""
    handover = await one_handover(conn, reader_of(actor), handover_id)
    await _on_record(conn, actor, "handover.read", handover.id)
    return WholeHandover(
        handover,
        await packs_of(conn, actor.council, handover.id),
        await notes_of(conn, actor.council, handover.id),
    )


async def list_handovers(
    conn: AsyncConnection, actor: Actor, *, origin_id: UUID | None, only_open: bool
) -> list[Handover]:
    """List handovers, the urgent first."""
    found = await listed_handovers(conn, reader_of(actor), origin_id=origin_id, only_open=only_open)
    await _on_record(conn, actor, "handovers.listed", origin_id or "all")
    return found


async def _on_record(conn: AsyncConnection, actor: Actor, action: str, subject: object) -> None:
    await audit.record(conn, council=actor.council, actor=actor, action=action, subject=subject)
