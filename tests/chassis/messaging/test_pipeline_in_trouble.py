"""The pipeline while the infrastructure fails: nothing is parked, lost or done twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.facts import TryLater
from chassis.messaging.pipeline import Pipeline
from tests.chassis.messaging.steps import Handling, Room, StepTaken, a_room, an_engine, steps
from tests.making.databases import Fresh
from tests.making.waiting import eventually

pytestmark = pytest.mark.postgres


@pytest.fixture
async def room(fresh_database: Fresh) -> AsyncIterator[Room]:
    async with a_room(fresh_database(""), parked_in_a_row=3, patience=0.4) as room:
        yield room


async def _a_row_without_a_partition(conn: AsyncConnection) -> None:
    await conn.execute(text("CREATE TEMP TABLE IF NOT EXISTS day (at int) PARTITION BY RANGE (at)"))
    await conn.execute(text("INSERT INTO day VALUES (1)"))


async def _a_lock_that_is_not_given(conn: AsyncConnection) -> None:
    await conn.execute(text("SET LOCAL lock_timeout = 20"))
    await conn.execute(text("LOCK TABLE audit IN ACCESS EXCLUSIVE MODE NOWAIT"))


async def _a_statement_too_slow(conn: AsyncConnection) -> None:
    await conn.execute(text("SET LOCAL statement_timeout = 20"))
    await conn.execute(text("SELECT pg_sleep(1)"))


@pytest.mark.parametrize(
    "trouble",
    [
        TryLater(),
        PoolTimeout("no connection is free"),
        ConnectionResetError(),
        _a_row_without_a_partition,
        _a_statement_too_slow,
    ],
    ids=["try-later", "pool", "connection", "missing-partition", "statement-timeout"],
)
async def test_trouble_of_the_infrastructure_is_never_parked(room: Room, trouble: object) -> None:
    thing = uuid4()
    room.handling.mishaps[thing, 2] = trouble  # type: ignore[assignment]
    with pytest.raises(TryLater):
        await room.pipeline.process(steps(thing, 1, 2, 3))
    assert await room.parked() == []
    assert await room.taken() == []


async def test_a_list_that_was_held_up_goes_on_where_it_was(room: Room) -> None:
    thing = uuid4()
    records = steps(thing, 1, 2, 3)
    room.handling.mishaps[thing, 2] = TryLater()
    with pytest.raises(TryLater):
        await room.pipeline.process(records)
    room.handling.mishaps.clear()
    await room.pipeline.process(records)
    assert await room.taken() == [1, 2, 3]


async def test_a_lock_held_elsewhere_holds_the_partition_up_until_it_is_free(room: Room) -> None:
    thing = uuid4()
    room.handling.mishaps[thing, 1] = _a_lock_that_is_not_given
    with psycopg.connect(room.database.owner_url) as conn:
        conn.execute("GRANT ALL ON audit TO PUBLIC")
        conn.commit()
        conn.execute("LOCK TABLE audit IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(TryLater):
            await room.pipeline.process(steps(thing, 1))
        assert await asyncio.to_thread(_nothing_parked, room)


def _nothing_parked(room: Room) -> bool:
    with psycopg.connect(room.database.owner_url) as conn:
        return conn.execute("SELECT count(*) FROM parked").fetchone() == (0,)


async def test_a_connection_that_is_cut_is_survived_within_the_call(room: Room) -> None:
    thing = uuid4()

    async def cut_once(conn: AsyncConnection) -> None:
        room.handling.mishaps.clear()
        pid = (await conn.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        with psycopg.connect(room.database.app_url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", (pid,))

    room.handling.mishaps[thing, 2] = cut_once
    await room.pipeline.process(steps(thing, 1, 2, 3))
    assert room.handling.asked == [(thing, number) for number in (1, 2, 1, 2, 3)]
    assert await room.taken() == [1, 2, 3]
    assert await room.parked() == []


async def test_an_error_of_the_chassis_own_holds_the_partition_up(room: Room) -> None:
    with psycopg.connect(room.database.owner_url, autocommit=True) as conn:
        conn.execute("ALTER TABLE inbox RENAME TO inbox_away")
        with pytest.raises(TryLater):
            await room.pipeline.process(steps(uuid4(), 1))
        conn.execute("ALTER TABLE inbox_away RENAME TO inbox")


async def test_stopping_ends_a_wait_for_the_infrastructure(fresh_database: Fresh) -> None:
    async with a_room(fresh_database(""), patience=600) as room:
        thing = uuid4()
        room.handling.mishaps[thing, 1] = TryLater()
        working = asyncio.create_task(room.pipeline.process(steps(thing, 1)))
        await eventually(lambda: len(room.handling.asked) > 1)
        room.pipeline.stop()
        with pytest.raises(TryLater):
            await asyncio.wait_for(working, 2)


async def test_two_consumers_that_hold_the_same_messages_do_them_once_and_in_order(
    room: Room,
) -> None:
    twin = an_engine(room.database)
    other = Pipeline("steps", twin, {StepTaken: Handling()}, patience=5)
    records = [record for _ in range(10) for record in steps(uuid4(), *range(10))]
    await asyncio.gather(
        room.pipeline.process(records), other.process(records[:50]), other.process(records)
    )
    await twin.dispose()
    rows = await room.rows("SELECT array_agg(number ORDER BY place) AS n FROM taken GROUP BY thing")
    assert [row.n for row in rows] == [list(range(10))] * 10


async def test_work_that_is_cancelled_leaves_nothing_behind(room: Room) -> None:
    thing = uuid4()
    reached = asyncio.Event()

    async def hang(_conn: AsyncConnection) -> None:
        reached.set()
        await asyncio.Event().wait()

    room.handling.mishaps[thing, 2] = hang
    working = asyncio.create_task(room.pipeline.process(steps(thing, 1, 2)))
    await reached.wait()
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working
    assert await room.taken() == []
    assert await room.rows("SELECT 1 FROM inbox") == []
