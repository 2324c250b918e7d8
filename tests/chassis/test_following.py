"""What a decision gave back is done on a real database: timers run or end, people are asked."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.effects import Ask, Due, Settle, Stop
from chassis.following import follow
from chassis.messaging.timers import timers
from chassis.prompts import open_prompts, prompts

pytestmark = pytest.mark.postgres
MONDAY = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
OF: dict[str, Any] = {"council": "southend", "subject": "s", "by": "staff-1"}


async def running(conn: AsyncConnection) -> list[tuple[str, str, datetime]]:
    shown = select(timers.c.kind, timers.c.about, timers.c.due_at)
    found = await conn.execute(shown.where(timers.c.ended_at.is_(None)).order_by(timers.c.about))
    return [(row.kind, row.about, row.due_at) for row in found]


async def test_a_timer_is_moved_unless_it_is_set_anew_from_its_own_run(
    conn: AsyncConnection,
) -> None:
    later = MONDAY + timedelta(days=1)
    for at, again in ((MONDAY, False), (later, False), (MONDAY, True)):
        await follow(conn, Due("ring", at, "a", again=again), **OF)
    assert await running(conn) == [("ring", "a", MONDAY)]
    ended = select(timers.c.due_at, timers.c.ended).where(timers.c.ended_at.is_not(None))
    assert [tuple(row) for row in await conn.execute(ended)] == [(later, "cancelled")]


async def test_a_kind_of_timer_is_stopped_whatever_it_is_about(conn: AsyncConnection) -> None:
    for kind, about in (("ring", "a"), ("ring", "b"), ("write", "c")):
        await follow(conn, Due(kind, MONDAY, about), **OF)
    await follow(conn, Stop("ring"), **OF)
    assert await running(conn) == [("write", "c", MONDAY)]


async def test_a_role_is_asked_with_all_that_the_decision_says(conn: AsyncConnection) -> None:
    asked = Ask("ring", "duty_worker", "a", due=MONDAY, urgent=True, assignee="staff-2")
    await follow(conn, asked, **OF)
    (prompt,) = await open_prompts(conn, council="southend", roles={"duty_worker"})
    assert (prompt.kind, prompt.subject, prompt.about) == ("ring", "s", "a")
    assert (prompt.due_at, prompt.urgent, prompt.assignee) == (MONDAY, True, "staff-2")


@pytest.mark.parametrize("anew", [True, False])
async def test_who_took_what_was_asked_has_not_taken_what_is_asked_anew(
    conn: AsyncConnection, *, anew: bool
) -> None:
    await follow(conn, Ask("danger", "duty_worker"), **OF)
    await conn.execute(update(prompts).values(taken_at=MONDAY, taken_by="staff-2"))
    await follow(conn, Ask("danger", "duty_worker", anew=anew), **OF)
    (prompt,) = await open_prompts(conn, council="southend", roles={"duty_worker"})
    assert (prompt.taken_at is None) is anew


@pytest.mark.parametrize(
    ("settled", "left"),
    [
        (Settle("ring", "done", about="a"), {("ring", "b"), ("write", "a")}),
        (Settle("ring", "done"), {("write", "a")}),
        (Settle(None, "done"), set()),
    ],
)
async def test_prompts_are_settled_as_widely_as_the_decision_says_and_no_wider(
    conn: AsyncConnection, settled: Settle[str], left: set[tuple[str, str]]
) -> None:
    for kind, about in (("ring", "a"), ("ring", "b"), ("write", "a")):
        await follow(conn, Ask(kind, "duty_worker", about), **OF)
    await follow(conn, settled, **OF)
    asked = await open_prompts(conn, council="southend", roles={"duty_worker"})
    assert {(each.kind, each.about) for each in asked} == left
    told = select(prompts.c.settled_by, prompts.c.outcome).where(prompts.c.settled_at.is_not(None))
    assert {tuple(row) for row in await conn.execute(told)} == {("staff-1", "done")}
