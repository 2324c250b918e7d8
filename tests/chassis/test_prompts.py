"""Prompts on a real database: asked once, never made less urgent, scoped to council and role."""

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.prompts import (
    hand_prompts_on,
    open_prompts,
    raise_prompt,
    settle_prompts,
    take_prompt,
)

pytestmark = pytest.mark.postgres


async def ask(conn: AsyncConnection, *, urgent: bool = False, council: str = "southend") -> None:
    await raise_prompt(
        conn, council=council, kind="ring", subject="s", role="duty_worker", urgent=urgent
    )


async def test_the_same_thing_is_asked_once_and_urgency_never_falls(conn: AsyncConnection) -> None:
    await ask(conn, urgent=True)
    await ask(conn)
    (prompt,) = await open_prompts(conn, council="southend", roles={"duty_worker"})
    assert prompt.urgent


async def test_asked_again_of_another_person_it_is_theirs_and_nobody_has_taken_it(
    conn: AsyncConnection,
) -> None:
    told: dict[str, Any] = {"council": "southend", "kind": "ring", "subject": "s"}
    await raise_prompt(conn, **told, role="duty_manager", assignee="on duty")
    (first,) = await open_prompts(conn, council="southend", roles={"duty_manager"})
    await take_prompt(conn, council="southend", prompt_id=first.id, by="staff-1")
    await raise_prompt(conn, **told, role="duty_manager", assignee="on duty")
    (again,) = await open_prompts(conn, council="southend", roles={"duty_manager"})
    assert again.taken_by == "staff-1"
    await raise_prompt(conn, **told, role="team_manager", assignee="out of hours")
    (now,) = await open_prompts(conn, council="southend", roles={"team_manager"})
    assert (now.id, now.assignee, now.taken_by) == (first.id, "out of hours", None)


async def test_what_one_worker_was_asked_is_handed_on_to_the_next(conn: AsyncConnection) -> None:
    for subject, assignee in (("s", "staff-1"), ("other", "staff-1"), ("s", None)):
        await raise_prompt(
            conn,
            council="southend",
            kind=f"ring {assignee}",
            subject=subject,
            role="practitioner",
            assignee=assignee,
        )
    asked = {"council": "southend", "subject": "s", "role": "practitioner"}
    await hand_prompts_on(conn, **asked, assignee="staff-2")
    prompts = await open_prompts(conn, council="southend", roles={"practitioner"})
    assert {(each.subject, each.assignee) for each in prompts} == {
        ("s", "staff-2"),
        ("other", "staff-1"),
        ("s", None),
    }


async def test_another_council_or_role_does_not_see_it(conn: AsyncConnection) -> None:
    await ask(conn)
    assert await open_prompts(conn, council="west-sussex", roles={"duty_worker"}) == []
    assert await open_prompts(conn, council="southend", roles={"team_manager"}) == []


async def test_once_settled_it_may_be_asked_again(conn: AsyncConnection) -> None:
    await ask(conn)
    await settle_prompts(conn, council="southend", subject="s", outcome="done", by="staff-1")
    assert await open_prompts(conn, council="southend", roles={"duty_worker"}) == []
    await ask(conn)
    assert len(await open_prompts(conn, council="southend", roles={"duty_worker"})) == 1


async def test_settling_in_one_council_leaves_the_other(conn: AsyncConnection) -> None:
    await ask(conn)
    await ask(conn, council="west-sussex")
    await settle_prompts(conn, council="southend", subject="s", outcome="done", by="staff-1")
    assert len(await open_prompts(conn, council="west-sussex", roles={"duty_worker"})) == 1
