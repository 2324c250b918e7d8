"""What allocation tells the hub's other services, by client and purpose, and nothing besides."""

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime
from itertools import dropwhile, takewhile
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.facts import NotFound, TryLater
from contracts.notifications import Milestone
from contracts.purposes import Purpose
from councils.rules import UnknownCode
from councils.working_time import LONDON
from services.allocation.domain.case import Case, LetterState
from services.allocation.domain.contacting import REACHED
from services.allocation.room import Room
from services.allocation.store.cases import read_case
from services.allocation.store.records import MADE_URGENT, known_agreement, records
from services.allocation.store.rows import Row
from services.allocation.store.tables import contacts, mash_consultations, step_ups
from services.allocation.store.workers import find_worker

Give = Callable[[AsyncConnection, Room, str, UUID, UUID | str | None], Awaitable[dict[str, Any]]]
PACK = (
    "urgent",
    "reason",
    "factors",
    "tried",
    "child_views",
    "manager_consulted",
    "parents_informed",
    "parents_informed_why",
    "parents_view",
    "others_in_home",
    "child_goes_home_at",
    "child_ids",
)


async def handover_pack(
    conn: AsyncConnection, _room: Room, council: str, case_id: UUID, which: UUID | str | None
) -> dict[str, Any]:
    """Give handover what the receiving team must know of our work with the family."""
    case = await read_case(conn, council, case_id)
    proposals = await records(conn, step_ups, council, case_id)
    chosen = list(dropwhile(lambda row: which not in (None, row["id"]), proposals))
    if not chosen:
        raise NotFound
    overtaken = takewhile(lambda row: row["outcome"] == MADE_URGENT, chosen[1:])
    consulted = await records(conn, mash_consultations, council, case_id)
    return {
        "case_id": case.id,
        "family_id": case.family_id,
        "referral_ids": case.referral_ids,
        "pathway": case.pathway,
        "team": case.team,
        "practitioner_id": case.practitioner_id,
        "opened_at": case.opened_at,
        "step_up": _step_up(chosen[0]),
        "planned_before_it_was_urgent": [_step_up(row) for row in overtaken],
        "contacts": _summary(await records(conn, contacts, council, case_id, limit=None)),
        "children": [
            {"child_id": c.id, "seen_at": c.seen_at, "unseen_since": c.unseen_since}
            for c in case.children
        ],
        "mash_consultations": [
            {name: row[name] for name in ("at", "consulted_with", "advice")} for row in consulted
        ],
    }


def _step_up(row: Row) -> dict[str, Any]:
    told = {name: row[name] for name in PACK}
    return {**told, "proposal_id": row["id"], "proposed_by": row["by"], "proposed_at": row["at"]}


def _summary(rows: Any) -> dict[str, Any]:
    reached = [row["made_at"] for row in rows if row["outcome"] in REACHED]
    return {
        "total": len(rows),
        "by_outcome": dict(Counter(row["outcome"] for row in rows)),
        "last_reached_at": max(reached, default=None),
        "last_tried_at": max((row["made_at"] for row in rows), default=None),
    }


async def milestone_detail(
    conn: AsyncConnection, room: Room, council: str, case_id: UUID, milestone: UUID | str | None
) -> dict[str, Any]:
    """Give notifications the few facts a milestone's wording needs.

    Raises:
        TryLater: the letter's days are asked for, and its dispatch has not come through yet.
    """
    case = await read_case(conn, council, case_id)
    if milestone == Milestone.NO_CONTACT_LETTER and _letter_still_leaving(case):
        raise TryLater
    return {
        "practitioner_contact": await _work_phone(conn, council, case),
        "team_name": _team_name(room, council, case),
        "due_date": _day(_due(case)),
    }


def _letter_still_leaving(case: Case) -> bool:
    return case.letter is not None and case.letter.state == LetterState.REQUESTED


async def _work_phone(conn: AsyncConnection, council: str, case: Case) -> str | None:
    """Give the worker's work telephone, if the family agreed to the service."""
    agreed = await known_agreement(conn, council, case.family_id)
    if case.practitioner_id is None or not any(agreed.values()):
        return None
    worker = await find_worker(conn, council, case.practitioner_id)
    return worker.work_phone if worker else None


def _team_name(room: Room, council: str, case: Case) -> str | None:
    try:
        return room.councils[council].team(case.team).name if case.team else None
    except UnknownCode:
        return None


def _due(case: Case) -> datetime | None:
    """Give the day that the family or its referrer hears of: the letter's, once there is one."""
    letter = case.letter
    if letter and letter.state != LetterState.ANSWERED:
        return letter.due
    return case.next_review_at or (None if case.first_contact_at else case.first_contact_due)


def _day(moment: datetime | None) -> str | None:
    return moment.astimezone(LONDON).date().isoformat() if moment else None


DETAILS: dict[tuple[str, str], Give] = {
    ("handover", Purpose.HANDOVER_PACK): handover_pack,
    ("notifications", Purpose.MILESTONE_DETAIL): milestone_detail,
}
"""Which client may ask for what; anything else is refused."""
