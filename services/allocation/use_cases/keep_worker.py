"""Keeps a worker's team, grade, limits, duty weeks and absences as the council tells them."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import audit
from chassis.prompts import raise_prompt, settle_prompts
from chassis.web.identity import Actor
from contracts.roles import Role
from services.allocation.domain.capacity import Practitioner
from services.allocation.domain.kinds import Asks
from services.allocation.domain.known import known_grade, known_team
from services.allocation.room import Room
from services.allocation.store.cases import open_cases_held_by
from services.allocation.store.workers import save_worker


async def keep_worker(
    conn: AsyncConnection, room: Room, actor: Actor, worker: Practitioner
) -> None:
    """Write a worker; the families of one who leaves are put before the team manager at once."""
    rules = room.councils[actor.council]
    known_team(worker.team, rules)
    known_grade(worker.grade, rules)
    await save_worker(conn, actor.council, worker)
    await audit.record(
        conn,
        council=actor.council,
        actor=actor,
        action="worker.kept",
        subject=worker.staff_id,
        detail=["active" if worker.active else "inactive"],
    )
    for case_id in await open_cases_held_by(conn, actor.council, worker.staff_id):
        about: dict[str, Any] = {
            "council": actor.council,
            "kind": Asks.REALLOCATE,
            "subject": case_id,
        }
        if worker.active:
            await settle_prompts(conn, **about, outcome="worker_is_back", by=actor.subject)
        else:
            await raise_prompt(conn, **about, role=Role.TEAM_MANAGER, urgent=True)
