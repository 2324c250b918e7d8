"""Handovers as a worklist and one by one; each read is on record before it is answered."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.handover.http.doors import Reader
from services.handover.http.shown import (
    HandoverShown,
    WholeHandoverShown,
    shown,
    shown_whole,
)
from services.handover.room import TheRoom
from services.handover.use_cases.read_handover import list_handovers, read_handover

router = APIRouter(prefix="/handovers", tags=["handovers"])


@router.get("", summary="Handovers of your council: the urgent first, by when a person must answer")
async def listed(
    room: TheRoom,
    actor: Reader,
    origin_id: UUID | None = None,
    only_open: Annotated[bool, Query(alias="open")] = False,  # noqa: FBT002 - a query parameter
) -> list[HandoverShown]:
    """List them."""
    async with room.engine.begin() as conn:
        found = await list_handovers(conn, actor, origin_id=origin_id, only_open=only_open)
    return [shown(each) for each in found]


@router.get("/{handover_id}", summary="One handover with its packs' versions and its notes")
async def one(room: TheRoom, actor: Reader, handover_id: UUID) -> WholeHandoverShown:
    """Read it."""
    async with room.engine.begin() as conn:
        whole = await read_handover(conn, actor, handover_id)
    return shown_whole(whole)
