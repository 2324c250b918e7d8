"""The pipeline on a real PostgreSQL, fed with one partition's records."""

from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.facts import NotAllowed
from chassis.messaging.parking import WaitsForFact
from chassis.messaging.pipeline import EverythingParks
from chassis.telemetry import current_traceparent
from tests.chassis.messaging.steps import (
    Room,
    StepTaken,
    StepUntold,
    a_record,
    a_room,
    an_envelope,
    steps,
)
from tests.making.databases import Fresh

pytestmark = pytest.mark.postgres


@pytest.fixture
async def room(fresh_database: Fresh) -> AsyncIterator[Room]:
    async with a_room(fresh_database(""), parked_in_a_row=3, patience=0.5) as room:
        yield room


async def test_a_message_takes_effect_once_however_often_it_comes(room: Room) -> None:
    thing = uuid4()
    first, second = steps(thing, 1, 2)
    await room.pipeline.process([first, first, second])
    await room.pipeline.process([first, second])
    assert await room.taken() == [1, 2]
    assert room.handling.asked == [(thing, 1), (thing, 2)]


async def test_a_list_is_one_transaction(room: Room) -> None:
    await room.pipeline.process([*steps(uuid4(), 1, 2, 3), *steps(uuid4(), 1, 2, first_offset=3)])
    assert len(await room.rows("SELECT DISTINCT tx FROM taken")) == 1


async def test_a_poison_message_is_parked_and_the_other_keys_go_on(room: Room) -> None:
    sound, broken = uuid4(), uuid4()
    room.handling.mishaps[broken, 2] = NotAllowed("Not now.")
    a, b = steps(sound, 1, 2, 3), steps(broken, 1, 2, 3, first_offset=3)
    await room.pipeline.process([a[0], b[0], a[1], b[1], a[2], b[2]])
    assert await room.taken(sound) == [1, 2, 3]
    assert await room.taken(broken) == [1]
    assert await room.parked() == [(4, "not-allowed-now"), (5, "behind-parked")]


async def test_later_messages_of_a_parked_key_stand_behind_it(room: Room) -> None:
    thing = uuid4()
    room.handling.mishaps[thing, 1] = NotAllowed("Not now.")
    for record in steps(thing, 1, 2, 3):
        await room.pipeline.process([record])
    assert await room.taken() == []
    assert [reason for _, reason in await room.parked()] == [
        "not-allowed-now",
        "behind-parked",
        "behind-parked",
    ]
    assert room.handling.asked == [(thing, 1)]


async def test_parked_messages_that_come_again_are_parked_once(room: Room) -> None:
    thing = uuid4()
    room.handling.mishaps[thing, 1] = NotAllowed("Not now.")
    records = [*steps(thing, 1, 2), a_record(StepTaken(thing_id=thing, number=3), 9, headers=[])]
    await room.pipeline.process(records)
    await room.pipeline.process(records)
    assert [offset for offset, _ in await room.parked()] == [0, 1, 9]


@pytest.mark.parametrize(
    ("name", "value", "detail"),
    [
        ("ce_id", None, "ce_id is null"),
        ("ce_council", b"\xff\xfe", "ce_council is not UTF-8"),
        ("ce_type", b"\xff\xfe", "ce_type is not UTF-8"),
        ("ce_type", None, "ce_type is null"),
        ("ce_sequence", b"many", "ce_sequence is not valid"),
    ],
)
async def test_a_malformed_envelope_is_parked_with_its_bytes(
    room: Room, name: str, value: bytes | None, detail: str
) -> None:
    message = StepTaken(thing_id=uuid4(), number=1)
    headers = [(key, value if key == name else own) for key, own in an_envelope(message).headers()]
    await room.pipeline.process([a_record(message, headers=headers)])
    (row,) = await room.rows("SELECT * FROM parked")
    assert (row.reason, row.detail) == ("malformed-envelope", [detail])
    assert row.value == message.model_dump_json().encode()
    assert (row.ce_id, row.council) == (None, None)


async def test_a_body_that_is_not_its_message_is_parked_without_its_values(room: Room) -> None:
    message = StepTaken(thing_id=uuid4(), number=1)
    body = b'{"thing_id": "Ada Invented", "number": 1}'
    await room.pipeline.process([a_record(message, value=body)])
    (row,) = await room.rows("SELECT * FROM parked")
    assert (row.reason, row.detail) == ("invalid-message", ["uuid_parsing at thing_id"])


async def test_a_record_without_a_body_is_parked(room: Room) -> None:
    message = StepTaken(thing_id=uuid4(), number=1)
    await room.pipeline.process([replace(a_record(message), value=None)])
    assert await room.parked() == [(0, "invalid-message")]


async def test_fields_that_a_reader_does_not_know_are_ignored(room: Room) -> None:
    message = StepTaken(thing_id=uuid4(), number=1)
    body = message.model_dump_json()[:-1] + ', "new": true}'
    await room.pipeline.process([a_record(message, value=body.encode())])
    assert await room.taken() == [1]


async def test_a_type_that_nobody_handles_is_ignored(room: Room) -> None:
    thing = uuid4()
    await room.pipeline.process([a_record(StepUntold(thing_id=thing)), *steps(thing, 1)])
    assert await room.taken() == [1]
    assert len(await room.rows("SELECT 1 FROM inbox")) == 1


async def test_records_without_a_key_do_not_share_one(room: Room) -> None:
    things = [uuid4() for _ in range(3)]
    room.handling.mishaps[things[0], 1] = NotAllowed("Not now.")
    await room.pipeline.process(
        [
            a_record(StepTaken(thing_id=thing, number=1), place, key=None)
            for place, thing in enumerate(things)
        ]
    )
    assert await room.taken() == [1, 1]
    assert await room.parked() == [(0, "not-allowed-now")]


async def test_a_bug_in_sql_is_parked(room: Room) -> None:
    thing = uuid4()

    async def misspelt(conn: AsyncConnection) -> None:
        await conn.execute(text("SELECT nothing FROM nowhere"))

    room.handling.mishaps[thing, 1] = misspelt
    await room.pipeline.process(steps(thing, 1))
    (row,) = await room.rows("SELECT * FROM parked")
    assert (row.reason, row.detail) == ("database-refused", ["UndefinedTable"])


async def test_a_broken_constraint_is_parked_with_its_name(room: Room) -> None:
    await room.pipeline.process([*steps(uuid4(), 666), *steps(uuid4(), 1, first_offset=1)])
    (row,) = await room.rows("SELECT * FROM parked")
    assert (row.reason, row.detail) == ("database-refused", ["CheckViolation", "sound"])
    assert await room.taken() == [1]


async def test_what_fails_at_the_commit_alone_is_found_and_parked(room: Room) -> None:
    import psycopg

    with psycopg.connect(room.database.owner_url) as conn:
        conn.execute("ALTER TABLE taken ADD UNIQUE (number) DEFERRABLE INITIALLY DEFERRED")
    things = [uuid4() for _ in range(4)]
    numbers = (1, 2, 1, 3)
    await room.pipeline.process(
        [
            a_record(StepTaken(thing_id=thing, number=number), place)
            for place, (thing, number) in enumerate(zip(things, numbers, strict=True))
        ]
    )
    assert await room.taken() == [1, 2, 3]
    assert [offset for offset, _ in await room.parked()] == [2]


async def test_so_many_parked_in_a_row_that_the_fault_is_ours_stops_the_reading(room: Room) -> None:
    things = [uuid4() for _ in range(6)]
    room.handling.mishaps = {(thing, 1): NotAllowed("Not now.") for thing in things}
    records = [
        a_record(StepTaken(thing_id=thing, number=1), place) for place, thing in enumerate(things)
    ]
    with pytest.raises(EverythingParks):
        await room.pipeline.process(records)
    assert len(await room.parked()) == 3


async def test_messages_that_wait_for_a_fact_do_not_stop_the_reading(room: Room) -> None:
    things = [uuid4() for _ in range(5)]
    room.handling.mishaps = {(thing, 1): WaitsForFact(f"thing:{thing}") for thing in things}
    for thing in things:
        await room.pipeline.process(steps(thing, 1))
    assert [reason for _, reason in await room.parked()] == ["waits-for-fact"] * 5


async def test_a_message_that_is_handled_ends_the_row_of_parked_ones(room: Room) -> None:
    for place in range(5):
        broken = uuid4()
        room.handling.mishaps[broken, 1] = NotAllowed("Not now.")
        await room.pipeline.process(steps(broken, 1, first_offset=2 * place))
        await room.pipeline.process(steps(uuid4(), 1, first_offset=2 * place + 1))
    assert len(await room.parked()) == 5


async def test_a_handler_works_within_the_trace_of_its_message(room: Room) -> None:
    seen: list[str | None] = []

    async def look(_conn: object) -> None:
        seen.append(current_traceparent())

    message = StepTaken(thing_id=uuid4(), number=1)
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    room.handling.also = look
    await room.pipeline.process(
        [a_record(message, envelope=an_envelope(message, traceparent=trace))]
    )
    assert seen[0] is not None
    assert seen[0].split("-")[1] == trace.split("-")[1]
