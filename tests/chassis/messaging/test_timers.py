"""Timers on a real database: due in field time, run once, moved, cancelled, and patient."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from chassis.clocks import FieldClock, wall_now
from chassis.database import psycopg_url
from chassis.messaging.timers import DueTimer, TimerRunner, cancel_timer, set_timer
from tests.making.databases import Fresh
from tests.making.waiting import eventually

pytestmark = pytest.mark.postgres


@pytest.fixture
async def engine(fresh_database: Fresh) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(psycopg_url(fresh_database("").app_url))
    yield engine
    await engine.dispose()


class Rung:
    """Keeps what rang; fails as often as asked first."""

    def __init__(self, failures: int = 0) -> None:
        self.timers: list[DueTimer] = []
        self.failures = failures

    async def __call__(self, conn: AsyncConnection, timer: DueTimer, _now: object) -> None:
        await conn.execute(text("INSERT INTO outbox_like VALUES (:s)"), {"s": timer.subject})
        if self.failures:
            self.failures -= 1
            raise ValueError(timer.kind)
        self.timers.append(timer)


@pytest.fixture
async def clock(tmp_path: Path) -> FieldClock:
    return FieldClock(tmp_path / "clock.json")


@pytest.fixture(autouse=True)
async def _a_table(fresh_database: Fresh, engine: AsyncEngine) -> None:
    url = engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    owner = url.replace("kinbridge_test_app", "kinbridge_test_owner")
    with psycopg.connect(owner) as conn:
        conn.execute("CREATE TABLE outbox_like (subject text)")
        conn.execute("GRANT ALL ON outbox_like TO kinbridge_test_app")


async def set_one(engine: AsyncEngine, subject: str, days: float, about: str = "") -> None:
    async with engine.begin() as conn:
        await set_timer(
            conn,
            council="southend",
            kind="ten-days",
            subject=subject,
            about=about,
            due=wall_now() + timedelta(days=days),
        )


async def run_all(runner: TimerRunner) -> None:
    while await runner.run_next():
        pass


async def test_a_timer_waits_for_its_day_and_runs_once(
    engine: AsyncEngine, clock: FieldClock
) -> None:
    rung = Rung()
    runner = TimerRunner(engine, clock, {"ten-days": rung})
    await set_one(engine, "a", 10)
    await run_all(runner)
    assert rung.timers == []
    clock.move_to(wall_now() + timedelta(days=10, minutes=1))
    await run_all(runner)
    await run_all(runner)
    assert [timer.subject for timer in rung.timers] == ["a"]


async def test_a_timer_set_again_is_moved(engine: AsyncEngine, clock: FieldClock) -> None:
    rung = Rung()
    runner = TimerRunner(engine, clock, {"ten-days": rung})
    await set_one(engine, "a", -1)
    await set_one(engine, "a", 5)
    await run_all(runner)
    assert rung.timers == []


async def test_a_cancelled_timer_never_runs_and_its_siblings_do(
    engine: AsyncEngine, clock: FieldClock
) -> None:
    rung = Rung()
    await set_one(engine, "a", -1, about="first")
    await set_one(engine, "a", -1, about="second")
    async with engine.begin() as conn:
        await cancel_timer(conn, council="southend", kind="ten-days", subject="a", about="first")
    await run_all(TimerRunner(engine, clock, {"ten-days": rung}))
    assert [timer.about for timer in rung.timers] == ["second"]


async def test_two_runners_run_each_timer_once(engine: AsyncEngine, clock: FieldClock) -> None:
    rung = Rung()
    for number in range(20):
        await set_one(engine, str(number), -1)
    runners = [TimerRunner(engine, clock, {"ten-days": rung}) for _ in range(2)]
    await asyncio.gather(*map(run_all, runners))
    assert sorted(timer.subject for timer in rung.timers) == sorted(map(str, range(20)))


async def test_a_failing_handler_leaves_nothing_behind_and_is_tried_again(
    engine: AsyncEngine, clock: FieldClock
) -> None:
    rung = Rung(failures=1)
    runner = TimerRunner(engine, clock, {"ten-days": rung})
    await set_one(engine, "a", -1)
    await run_all(runner)
    async with engine.begin() as conn:
        assert (await conn.execute(text("SELECT count(*) FROM outbox_like"))).scalar_one() == 0
        assert await runner.due_count(conn) == 1
        await conn.execute(text("UPDATE timers SET next_try_at = now()"))
    await run_all(runner)
    assert [timer.subject for timer in rung.timers] == ["a"]


async def test_a_timer_of_an_unknown_kind_stays(engine: AsyncEngine, clock: FieldClock) -> None:
    await set_one(engine, "a", -1)
    runner = TimerRunner(engine, clock, {"another": Rung()})
    assert await runner.run_next() is False


async def test_a_timer_gives_way_to_a_person_whose_step_ends_it(
    engine: AsyncEngine, clock: FieldClock
) -> None:
    subject = text("SELECT pg_advisory_xact_lock(1)")
    waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND database = :d")
    own = text("SELECT oid FROM pg_database WHERE datname = current_database()")
    ran: list[DueTimer] = []

    async def asks_for_its_subject(conn: AsyncConnection, timer: DueTimer, _now: object) -> None:
        await conn.execute(subject)
        ran.append(timer)

    runner = TimerRunner(engine, clock, {"ten-days": asks_for_its_subject})
    await set_one(engine, "a", -1)
    async with engine.begin() as person:
        await person.execute(subject)
        database = (await person.execute(own)).scalar_one()
        running = asyncio.create_task(runner.run_next())

        async def timer_waits() -> bool:
            return bool((await person.execute(waits, {"d": database})).scalar_one())

        await eventually(timer_waits, within=5, every=0.01)
        await cancel_timer(person, council="southend", kind="ten-days", subject="a")
    assert await asyncio.wait_for(running, timeout=10)
    await run_all(runner)
    assert ran == []


async def test_a_timer_that_gave_way_runs_a_moment_later(
    engine: AsyncEngine, clock: FieldClock
) -> None:
    subject = text("SELECT pg_advisory_xact_lock(1)")

    async def asks_for_its_subject(conn: AsyncConnection, _timer: DueTimer, _now: object) -> None:
        await conn.execute(subject)

    runner = TimerRunner(engine, clock, {"ten-days": asks_for_its_subject})
    await set_one(engine, "a", -1)
    async with engine.begin() as person:
        await person.execute(subject)
        await asyncio.wait_for(run_all(runner), timeout=10)
        assert await runner.due_count(person) == 1
    async with engine.begin() as conn:
        tries = (await conn.execute(text("SELECT tries FROM timers"))).scalar_one()
        await conn.execute(text("UPDATE timers SET next_try_at = now()"))
    assert tries == 0
    assert await runner.run_next()
    async with engine.connect() as conn:
        assert await runner.due_count(conn) == 0
