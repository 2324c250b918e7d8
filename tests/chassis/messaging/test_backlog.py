"""The watch over the outbox: it counts, alarms, and asks new work to wait when nothing leaves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from structlog.testing import capture_logs

from chassis.database import psycopg_url
from chassis.messaging.backlog import Backlog, OutboxIsOld
from tests.making.databases import Fresh, ServiceDatabase

pytestmark = pytest.mark.postgres
OLD = (
    "INSERT INTO outbox (ce_id, topic, key, type, council, sequence, time, body, created_at) VALUES"
    " (gen_random_uuid(), 't', 'k', 'x', 'southend', 1, now(), '', now() - interval '10 minutes')"
)


@pytest.fixture
def database(fresh_database: Fresh) -> ServiceDatabase:
    return fresh_database("")


@pytest.fixture
async def engine(database: ServiceDatabase) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(psycopg_url(database.app_url))
    yield engine
    await engine.dispose()


def a_backlog(engine: AsyncEngine, *, alarm: int = 60, refuse: int = 300) -> Backlog:
    return Backlog(engine, alarm=timedelta(seconds=alarm), refuse=timedelta(seconds=refuse))


def fill(database: ServiceDatabase) -> None:
    with psycopg.connect(database.app_url) as conn:
        conn.execute(OLD)


async def test_an_empty_outbox_asks_nobody_to_wait(engine: AsyncEngine) -> None:
    backlog = a_backlog(engine)
    assert await backlog.look() == 0
    backlog.ask_to_wait()


async def test_an_old_outbox_asks_new_work_to_wait(
    engine: AsyncEngine, database: ServiceDatabase
) -> None:
    fill(database)
    backlog = a_backlog(engine)
    assert await backlog.look() == 1
    with pytest.raises(OutboxIsOld):
        backlog.ask_to_wait()


async def test_an_outbox_that_is_late_but_not_old_still_takes_work(
    engine: AsyncEngine, database: ServiceDatabase
) -> None:
    fill(database)
    backlog = a_backlog(engine, refuse=3600)
    await backlog.look()
    backlog.ask_to_wait()


async def test_an_old_outbox_raises_the_alarm(
    engine: AsyncEngine, database: ServiceDatabase
) -> None:
    fill(database)
    backlog = a_backlog(engine)

    async def looked_once(_seconds: float) -> None:
        raise asyncio.CancelledError

    with capture_logs() as lines, suppress(asyncio.CancelledError):
        await backlog.watch(looked_once)
    assert [line["event"] for line in lines if line["log_level"] == "error"] == ["outbox_is_old"]


async def test_a_row_outside_every_day_and_a_short_supply_of_days_are_told(
    engine: AsyncEngine, database: ServiceDatabase
) -> None:
    backlog = a_backlog(engine)
    assert await backlog.partitions() is None
    with psycopg.connect(database.owner_url) as conn:
        for (name,) in conn.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits"
            " WHERE inhparent = 'outbox'::regclass ORDER BY 1 DESC OFFSET 1 LIMIT 30"
        ).fetchall():
            conn.execute(f"DROP TABLE {name}")
    assert (await backlog.partitions() or "").startswith("partitions end in")
    with psycopg.connect(database.app_url) as conn:
        conn.execute(OLD.replace("10 minutes", "90 days"))
    assert "outside every day" in (await backlog.partitions() or "")
