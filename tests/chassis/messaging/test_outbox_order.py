"""A key's messages are read in the order in which they were said, whoever began first."""

import random
from collections import defaultdict
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from chassis.clocks import new_id, wall_now
from chassis.messaging.cursor import OutboxReader, Place
from tests.making.databases import ServiceDatabase
from tests.making.waiting import eventually

pytestmark = [pytest.mark.postgres]
SAY = """
INSERT INTO outbox (ce_id, topic, key, type, council, sequence, time, body)
VALUES (gen_random_uuid(), 'topic', %s, 'type', 'southend', %s, now(), '')
"""
BEGIN = "SELECT pg_current_xact_id()"
"""What a claim in the inbox does: the transaction has its id before it waits for any key's row."""
THINGS = [str(number) for number in range(5)]
THING = THINGS[0]


@pytest.fixture
async def outbox(database: ServiceDatabase) -> AsyncIterator[OutboxReader]:
    async with OutboxReader(database.app_url, 0, new_id()) as outbox:
        yield outbox


class Reading:
    """Reads on from page to page, and remembers what it read of each key."""

    def __init__(self, outbox: OutboxReader, limit: int) -> None:
        self._outbox = outbox
        self._limit = limit
        self._place = Place(0, 0, 0, wall_now())
        self.heard: dict[str, list[int]] = defaultdict(list)

    async def on(self) -> bool:
        """Read a page; tell whether it was empty."""
        rows = await self._outbox.read(self._place, self._limit)
        for row in rows:
            self.heard[row.key.decode()].append(int(row.sequence))
        self._place = rows[-1].place if rows else self._place
        return not rows


def test_nothing_stays_behind_for_the_last_that_was_said(database: ServiceDatabase) -> None:
    """A row's `tx` has ended with its transaction, or it would wait for the next to come."""
    with psycopg.connect(database.app_url) as older, psycopg.connect(database.app_url) as younger:
        older.execute(BEGIN)
        younger.execute(BEGIN)
        younger.commit()
        older.execute(SAY, (THING, 1))
        older.commit()
        row = older.execute(
            "SELECT bool_and(tx < pg_snapshot_xmin(pg_current_snapshot())) FROM outbox"
        ).fetchone()
    assert row == (True,)


async def test_a_page_that_ends_between_the_two_keeps_their_order(
    database: ServiceDatabase, outbox: OutboxReader
) -> None:
    with psycopg.connect(database.app_url) as first, psycopg.connect(database.app_url) as second:
        first.execute(BEGIN)
        second.execute(SAY, (THING, 1))
        second.commit()
        first.execute(SAY, (THING, 2))
    reading = Reading(outbox, limit=1)
    while not await reading.on():
        pass
    assert reading.heard == {THING: [1, 2]}


async def test_a_third_that_still_runs_does_not_part_the_two(
    database: ServiceDatabase, outbox: OutboxReader
) -> None:
    reading = Reading(outbox, limit=100)
    url = database.app_url
    with (
        psycopg.connect(url) as first,
        psycopg.connect(url) as third,
        psycopg.connect(url) as second,
    ):
        first.execute(BEGIN)
        third.execute(BEGIN)
        second.execute(SAY, (THING, 1))
        second.commit()
        first.execute(SAY, (THING, 2))
        first.commit()
        await reading.on()
        before = dict(reading.heard)
    await reading.on()
    assert (before, dict(reading.heard)) == ({}, {THING: [1, 2]})


def _speak(url: str, seed: int, times: int) -> None:
    """Say the next of a thing or two, holding their rows, in transactions of chance."""
    dice = random.Random(seed)  # noqa: S311 - a day that can be played again
    with psycopg.connect(url) as conn:
        for _ in range(times):
            if dice.random() < 0.7:
                conn.execute(BEGIN)
            for thing in sorted(dice.sample(THINGS, dice.choice([1, 1, 2]))):
                count = conn.execute(
                    "UPDATE things SET said = said + 1 WHERE id = %s RETURNING said", (thing,)
                ).fetchone()
                conn.execute(SAY, (thing, count[0] if count else 0))
            if dice.random() < 0.2:
                conn.rollback()
            else:
                conn.commit()


@pytest.mark.parametrize("seed", range(3))
async def test_many_who_speak_at_once_are_each_heard_in_order(
    database: ServiceDatabase, outbox: OutboxReader, seed: int
) -> None:
    with psycopg.connect(database.owner_url) as conn:
        conn.execute("CREATE TABLE things (id text PRIMARY KEY, said int NOT NULL DEFAULT 0)")
        conn.execute("INSERT INTO things SELECT unnest(%s::text[])", (THINGS,))
        conn.execute("GRANT ALL ON things TO PUBLIC")
    reading = Reading(outbox, limit=3)
    with ThreadPoolExecutor(8) as pool:
        speakers = [pool.submit(_speak, database.app_url, 100 * seed + n, 60) for n in range(8)]
        while not all(speaker.done() for speaker in speakers):
            await reading.on()
        for speaker in speakers:
            speaker.result()
    await eventually(reading.on)
    with psycopg.connect(database.app_url) as conn:
        said = conn.execute("SELECT id, said FROM things").fetchall()
    assert reading.heard == {thing: list(range(1, count + 1)) for thing, count in said}
