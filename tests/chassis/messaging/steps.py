"""Numbered steps of invented things: messages for the pipeline, and a handler that writes them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from chassis.clocks import new_id
from chassis.database import psycopg_url
from chassis.messaging.arrivals import Headers, Record
from chassis.messaging.pipeline import Pipeline
from contracts.envelope import Envelope, Message
from tests.making.databases import ServiceDatabase

TOPIC = "early-help-test"
TABLE = """
CREATE TABLE taken (
    place bigint GENERATED ALWAYS AS IDENTITY, thing uuid NOT NULL, number int NOT NULL,
    UNIQUE (thing, number), CONSTRAINT sound CHECK (number <> 666),
    tx xid8 NOT NULL DEFAULT pg_current_xact_id()
);
GRANT ALL ON taken TO PUBLIC;
"""


class StepTaken(Message, type="earlyhelp.test.taken.v1", topic=TOPIC, subject="thing_id"):
    thing_id: UUID
    number: int


class StepUntold(Message, type="earlyhelp.test.untold.v1", topic=TOPIC, subject="thing_id"):
    thing_id: UUID


Mishap = Callable[[AsyncConnection], Any]


@dataclass
class Handling:
    """Writes each step, unless a mishap is planned for it; remembers what it was asked."""

    mishaps: dict[tuple[UUID, int], Exception | Mishap] = field(default_factory=dict)
    asked: list[tuple[UUID, int]] = field(default_factory=list)
    also: Mishap | None = None

    async def __call__(self, conn: AsyncConnection, _: Envelope, message: StepTaken) -> None:
        step = (message.thing_id, message.number)
        self.asked.append(step)
        mishap = self.mishaps.get(step)
        if isinstance(mishap, Exception):
            raise mishap
        if mishap is not None:
            await mishap(conn)
        if self.also is not None:
            await self.also(conn)
        await conn.execute(
            text("INSERT INTO taken (thing, number) VALUES (:thing, :number)"),
            {"thing": step[0], "number": step[1]},
        )


@dataclass
class Room:
    """A pipeline on a database of its own, with a handler that can be told to stumble."""

    engine: AsyncEngine
    pipeline: Pipeline
    handling: Handling
    database: ServiceDatabase

    async def taken(self, thing: UUID | None = None) -> list[int]:
        found = await self.rows("SELECT thing, number FROM taken ORDER BY place")
        return [row.number for row in found if thing in (None, row.thing)]

    async def parked(self) -> list[tuple[int, str]]:
        asked = (
            "SELECT record_offset, reason FROM parked WHERE discarded_at IS NULL ORDER BY number"
        )
        return [(row.record_offset, row.reason) for row in await self.rows(asked)]

    async def rows(self, statement: str, **values: object) -> list[Any]:
        async with self.engine.begin() as conn:
            found = await conn.execute(text(statement), values)
            return list(found) if found.returns_rows else []


@asynccontextmanager
async def a_room(database: ServiceDatabase, **settings: Any) -> AsyncIterator[Room]:
    with psycopg.connect(database.owner_url, autocommit=True) as conn:
        if conn.execute("SELECT to_regclass('taken')").fetchone() == (None,):
            conn.execute(TABLE)
    engine = an_engine(database)
    handling = Handling()
    pipeline = Pipeline("steps", engine, {StepTaken: handling}, **settings)
    try:
        yield Room(engine, pipeline, handling, database)
    finally:
        await engine.dispose()


def an_engine(database: ServiceDatabase, **settings: Any) -> AsyncEngine:
    return create_async_engine(
        psycopg_url(database.app_url),
        pool_size=5,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args={"options": "-c lock_timeout=3000 -c statement_timeout=10000"},
        **settings,
    )


def an_envelope(message: Message, **attributes: Any) -> Envelope:
    return Envelope(
        **{
            "id": new_id(),
            "source": "/kinbridge/test",
            "type": message.TYPE,
            "subject": message.subject,
            "time": datetime(2026, 3, 2, 9, tzinfo=UTC),
            "council": "southend",
            "sequence": 1,
            **attributes,
        }
    )


def a_record(
    message: Message,
    offset: int = 0,
    *,
    key: bytes | None = b"",
    value: bytes | None = None,
    headers: Headers | None = None,
    envelope: Envelope | None = None,
) -> Record:
    """A record of a message; `key` b"" means its subject, as the relay writes it."""
    told = envelope or an_envelope(message)
    return Record(
        topic=TOPIC,
        partition=0,
        offset=offset,
        key=message.subject.encode() if key == b"" else key,
        value=message.model_dump_json().encode() if value is None else value,
        headers=told.headers() if headers is None else headers,
        timestamp=1_772_442_000_000 + offset,
    )


def steps(thing: UUID, *numbers: int, first_offset: int = 0) -> list[Record]:
    """Records of one thing's steps, at offsets that follow one another."""
    return [
        a_record(StepTaken(thing_id=thing, number=number), first_offset + place)
        for place, number in enumerate(numbers)
    ]
