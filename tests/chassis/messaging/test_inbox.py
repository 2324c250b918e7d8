"""The inbox: a group has seen a message or not, whoever asks at the same time."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.clocks import new_id
from chassis.messaging.inbox import claim, forget_seen
from tests.chassis.messaging.steps import an_engine
from tests.making.databases import Fresh

pytestmark = pytest.mark.postgres


@pytest.fixture
async def engine(fresh_database: Fresh) -> AsyncIterator[AsyncEngine]:
    engine = an_engine(fresh_database(""))
    yield engine
    await engine.dispose()


async def test_a_message_is_new_to_a_group_once(engine: AsyncEngine) -> None:
    first, second = new_id(), new_id()
    async with engine.begin() as conn:
        assert await claim(conn, "one", [first, first]) == {first}
        assert await claim(conn, "one", [first, second]) == {second}
        assert await claim(conn, "two", [first]) == {first}


async def test_what_was_not_committed_was_not_seen(engine: AsyncEngine) -> None:
    seen = new_id()
    async with engine.connect() as conn:
        await claim(conn, "one", [seen])
        await conn.rollback()
    async with engine.begin() as conn:
        assert await claim(conn, "one", [seen]) == {seen}


async def test_of_two_claims_at_once_one_waits_and_then_finds_it_seen(engine: AsyncEngine) -> None:
    seen = new_id()

    async def other() -> set[object]:
        async with engine.begin() as conn:
            return {*await claim(conn, "one", [seen])}

    async with engine.begin() as conn:
        await claim(conn, "one", [seen])
        waiting = asyncio.create_task(other())
        done, _ = await asyncio.wait([waiting], timeout=0.2)
        assert not done
    assert await waiting == set()


async def test_what_was_seen_long_ago_is_forgotten(engine: AsyncEngine) -> None:
    old, recent = new_id(), new_id()
    async with engine.begin() as conn:
        await claim(conn, "one", [old, recent])
        await conn.execute(
            text("UPDATE inbox SET seen_at = now() - interval '40 days' WHERE ce_id = :id"),
            {"id": old},
        )
        assert await forget_seen(conn, timedelta(days=30)) == 1
        assert await claim(conn, "one", [old, recent]) == {old}
