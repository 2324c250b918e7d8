"""The drills' own tool: a service ends exactly before or after its commit, as the moment says."""

import asyncio
from contextlib import nullcontext

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests.faults.crossing import Crossing
from tests.faults.moments import Moment, Watch, When
from tests.faults.wire import Frontend, FrontendReader
from tests.making.databases import Fresh, ServiceDatabase

pytestmark = pytest.mark.postgres

INSERT = "INSERT INTO inbox (group_name, ce_id) VALUES (%s, gen_random_uuid())"


@pytest.fixture
async def database(fresh_database: Fresh) -> ServiceDatabase:
    return await asyncio.to_thread(fresh_database, "")


def a_moment(when: When, after: int = 0) -> Moment:
    return Moment("anybody", "a claim", (b"INSERT INTO inbox", b"marked"), when, after)


async def write(
    database: ServiceDatabase, moment: Moment, *groups: str, alone: bool = False
) -> list[Moment]:
    """Write one row per transaction through a crossing whose kill drops the connection."""
    ended: list[Moment] = []

    async def kill(moment: Moment) -> None:
        ended.append(moment)

    async with Crossing([moment], kill) as way:
        url = make_url(database.app_url)
        way.leads_to(url.port or 5432)
        through = url.set(port=way.port).render_as_string(hide_password=False)
        try:
            async with await psycopg.AsyncConnection.connect(through, prepare_threshold=1) as conn:
                await conn.set_autocommit(alone)
                for group in groups:
                    async with nullcontext() if alone else conn.transaction():
                        await conn.execute(INSERT, (group,))
        except psycopg.OperationalError:
            pass
    return ended


async def written(database: ServiceDatabase) -> list[str]:
    async with await psycopg.AsyncConnection.connect(database.app_url) as conn:
        rows = await (await conn.execute("SELECT group_name FROM inbox")).fetchall()
    return sorted(name for (name,) in rows)


@pytest.mark.parametrize(
    ("when", "after", "stands"),
    [
        (When.BEFORE_STATEMENT, 0, ["other"]),
        (When.AFTER_STATEMENT, 0, ["other"]),
        (When.BEFORE_COMMIT, 0, ["other"]),
        (When.AFTER_COMMIT, 0, ["marked-1", "other"]),
        (When.BEFORE_COMMIT, 2, ["marked-1", "marked-2", "other"]),
        (When.AFTER_COMMIT, 2, ["marked-1", "marked-2", "marked-3", "other"]),
    ],
)
async def test_what_stands_is_what_was_committed_before_the_end(
    database: ServiceDatabase, when: When, after: int, stands: list[str]
) -> None:
    moment = a_moment(when, after)
    ended = await write(database, moment, "other", *(f"marked-{each}" for each in range(1, 6)))
    assert ended == [moment]
    assert await written(database) == stands


async def test_a_statement_that_commits_itself_stands_after_its_end(
    database: ServiceDatabase,
) -> None:
    moment = a_moment(When.AFTER_STATEMENT, after=1)
    assert await write(database, moment, "marked-1", "marked-2", "marked-3", alone=True)
    assert await written(database) == ["marked-1", "marked-2"]


async def test_without_a_moment_everything_passes(database: ServiceDatabase) -> None:
    assert await write(database, a_moment(When.AFTER_COMMIT), "one", "two") == []
    assert await written(database) == ["one", "two"]


def test_a_mark_of_the_transaction_before_does_not_count() -> None:
    watch = Watch([a_moment(When.BEFORE_COMMIT)])
    for sql in (b"BEGIN", b"INSERT INTO inbox", b"COMMIT", b"BEGIN", b"SELECT 'marked'"):
        assert watch.before(Frontend(sql, sql)) is None
    assert watch.before(Frontend(b"COMMIT", b"COMMIT")) is None


def test_messages_are_read_however_they_are_cut() -> None:
    startup = b"\0\0\0\x08\x00\x03\x00\x00"
    parse = b"P" + (4 + 13).to_bytes(4, "big") + b"s1\0SELECT 1\0\0"[:13]
    bind = b"B" + (4 + 6).to_bytes(4, "big") + b"\0s1\0\0\0"
    reader = FrontendReader()
    whole = startup + parse + bind
    found = [message for byte in whole for message in reader.feed(bytes([byte]))]
    assert [message.sql for message in found] == [b"", b"SELECT 1", b"SELECT 1"]
    assert b"".join(message.raw for message in found) == whole
