"""Parked messages: they wait for facts, are replayed in order, or given up with a reason."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.facts import NotAllowed, NotFound, TryLater
from chassis.messaging.lines import GivenUp, all_lines, discard, parked_messages, ready_count
from chassis.messaging.parked_command import Operator
from chassis.messaging.parking import WaitsForFact, fact_arrived
from chassis.messaging.replay import Replayer
from tests.chassis.messaging.steps import Room, StepTaken, a_record, a_room, an_envelope, steps
from tests.making.databases import Fresh
from tests.making.waiting import eventually

pytestmark = pytest.mark.postgres
CLERK = Operator("clerk-7")


@pytest.fixture
async def room(fresh_database: Fresh) -> AsyncIterator[Room]:
    async with a_room(fresh_database(""), patience=2) as room:
        yield room


async def _replay_all(room: Room) -> list[int]:
    async with room.engine.connect() as conn:
        lines = await all_lines(conn, "steps")
    replayer = Replayer(room.pipeline)
    return [(await replayer.replay(line)).done for line in lines]


async def test_a_message_before_its_fact_waits_and_is_replayed_when_the_fact_arrives(
    room: Room,
) -> None:
    early, builds_on = uuid4(), uuid4()
    room.handling.mishaps[early, 1] = WaitsForFact(f"thing:{builds_on}")
    await room.pipeline.process(steps(early, 1, 2))
    assert [reason for _, reason in await room.parked()] == ["waits-for-fact", "behind-parked"]

    async def say_so(conn: AsyncConnection) -> None:
        await fact_arrived(conn, f"thing:{builds_on}")

    replaying = asyncio.create_task(Replayer(room.pipeline).run())
    await eventually(lambda: room.handling.asked.count((early, 1)) > 2)
    room.handling.mishaps.clear()
    room.handling.also = say_so
    await room.pipeline.process(steps(builds_on, 1, first_offset=2))
    room.handling.also = None
    await eventually(partial(_is_taken, room, 3))
    replaying.cancel()
    assert await room.taken(early) == [1, 2]
    assert await room.parked() == []
    assert await room.rows("SELECT 1 FROM parked_key") == []


async def _is_taken(room: Room, count: int) -> bool:
    return len(await room.taken()) == count


async def test_a_fact_that_arrives_while_a_message_is_being_parked_is_not_missed(
    room: Room,
) -> None:
    """The establishing transaction says so before the parked row can be seen, and commits last."""
    early = uuid4()
    room.handling.mishaps[early, 1] = WaitsForFact("thing:1")
    async with room.engine.begin() as establishing:
        await fact_arrived(establishing, "thing:1")
        await room.pipeline.process(steps(early, 1))
        await Replayer(room.pipeline).replay_ready()
    room.handling.mishaps.clear()
    replaying = asyncio.create_task(Replayer(room.pipeline).run())
    await eventually(partial(_is_taken, room, 1), within=2)
    replaying.cancel()


async def test_a_fact_said_to_have_arrived_makes_the_wait_end_at_once(room: Room) -> None:
    early = uuid4()
    room.handling.mishaps[early, 1] = WaitsForFact("thing:1")
    await room.pipeline.process(steps(early, 1))
    replayer = Replayer(room.pipeline)
    await replayer.replay_ready()
    await room.rows("UPDATE parked SET ready_at = now() + interval '1 hour'")
    room.handling.mishaps.clear()
    assert await replayer.replay_ready() == 0
    async with room.engine.begin() as conn:
        await fact_arrived(conn, "thing:2", "thing:1")
    async with room.engine.connect() as conn:
        assert await ready_count(conn, "steps") == 1
    assert await replayer.replay_ready() == 1


async def test_tries_of_a_waiting_message_grow_rarer_up_to_the_alarm(room: Room) -> None:
    early = uuid4()
    room.handling.mishaps[early, 1] = WaitsForFact("thing:1")
    await room.pipeline.process(steps(early, 1))
    waits = []
    for _ in range(8):
        await room.rows("UPDATE parked SET ready_at = now() - interval '1 second'")
        await Replayer(room.pipeline, timedelta(seconds=5)).replay_ready()
        (row,) = await room.rows("SELECT extract(epoch FROM ready_at - now()) AS s FROM parked")
        waits.append(round(float(row.s), 1))
    assert waits[0] <= 0.1
    assert waits == sorted(waits)
    assert 4 < waits[-1] <= 5


async def test_a_message_that_waits_too_long_raises_the_alarm(room: Room) -> None:
    early = uuid4()
    room.handling.mishaps[early, 1] = WaitsForFact("thing:1")
    await room.pipeline.process(steps(early, 1))
    replayer = Replayer(room.pipeline, timedelta(minutes=15))
    await replayer.look_round()
    assert REGISTRY.get_sample_value("kinbridge_parked_overdue", {"group": "steps"}) == 0
    await room.rows("UPDATE parked SET parked_at = now() - interval '16 minutes'")
    await replayer.look_round()
    assert REGISTRY.get_sample_value("kinbridge_parked_overdue", {"group": "steps"}) == 1
    assert REGISTRY.get_sample_value("kinbridge_parked", {"group": "steps"}) == 1


async def test_a_replay_goes_in_order_and_stops_at_the_first_that_fails_again(room: Room) -> None:
    thing = uuid4()
    room.handling.mishaps[thing, 1] = NotAllowed("Not now.")
    await room.pipeline.process(steps(thing, 1, 2, 3, 4))
    room.handling.mishaps = {(thing, 3): NotAllowed("Not now either.")}
    assert await _replay_all(room) == [2]
    assert await room.taken() == [1, 2]
    assert await room.parked() == [(2, "not-allowed-now"), (3, "behind-parked")]
    room.handling.mishaps.clear()
    assert await _replay_all(room) == [2]
    assert await room.taken() == [1, 2, 3, 4]


async def test_what_a_failed_replay_wrote_is_undone(room: Room) -> None:
    thing = uuid4()
    room.handling.mishaps[thing, 1] = NotAllowed("Not now.")
    await room.pipeline.process(steps(thing, 1))

    async def write_and_fail(conn: AsyncConnection) -> None:
        await conn.execute(text("INSERT INTO taken (thing, number) VALUES (:t, 99)"), {"t": thing})
        raise NotAllowed

    room.handling.mishaps[thing, 1] = write_and_fail
    assert await _replay_all(room) == [0]
    assert await room.taken() == []
    (row,) = await room.rows("SELECT tries FROM parked")
    assert row.tries == 1


async def test_a_replay_held_up_by_the_infrastructure_leaves_the_message_as_it_was(
    room: Room,
) -> None:
    thing = uuid4()
    room.handling.mishaps[thing, 1] = NotAllowed("Not now.")
    await room.pipeline.process(steps(thing, 1))
    room.handling.mishaps[thing, 1] = TryLater()
    with pytest.raises(TryLater):
        await _replay_all(room)
    assert await room.parked() == [(0, "not-allowed-now")]


async def test_a_message_that_comes_while_its_key_is_replayed_keeps_its_place(room: Room) -> None:
    """The consumer waits for the replayer's lock: it neither overtakes nor parks behind nobody."""
    thing = uuid4()
    room.handling.mishaps[thing, 1] = NotAllowed("Not now.")
    await room.pipeline.process(steps(thing, 1))
    reached, go_on = asyncio.Event(), asyncio.Event()

    async def pause(_conn: AsyncConnection) -> None:
        reached.set()
        await go_on.wait()

    room.handling.mishaps[thing, 1] = pause
    replaying = asyncio.create_task(_replay_all(room))
    await reached.wait()
    coming = asyncio.create_task(room.pipeline.process(steps(thing, 2, 3, first_offset=1)))
    await eventually(partial(_somebody_waits_for_a_lock, room))
    go_on.set()
    assert await replaying == [1]
    await coming
    assert await room.taken() == [1, 2, 3]
    assert await room.parked() == []


async def _somebody_waits_for_a_lock(room: Room) -> bool:
    return bool(await room.rows("SELECT 1 FROM pg_locks WHERE NOT granted"))


async def test_replays_and_arrivals_of_one_key_at_once_stay_in_order(room: Room) -> None:
    thing = uuid4()
    room.handling.mishaps[thing, 0] = NotAllowed("Not now.")
    records = steps(thing, *range(40))
    await room.pipeline.process(records[:5])
    room.handling.mishaps.clear()

    async def arrive() -> None:
        for record in records[5:]:
            await room.pipeline.process([record])

    async def replay() -> None:
        while len(await room.taken()) < len(records):
            await _replay_all(room)

    await asyncio.wait_for(asyncio.gather(arrive(), replay(), replay()), 20)
    assert await room.taken() == list(range(40))
    assert await room.rows("SELECT 1 FROM parked_key") == []


async def test_a_line_whose_replayer_was_killed_goes_on_by_itself(room: Room) -> None:
    thing = uuid4()
    room.handling.mishaps[thing, 1] = NotAllowed("Not now.")
    await room.pipeline.process(steps(thing, 1, 2))
    reached = asyncio.Event()

    async def hang(_conn: AsyncConnection) -> None:
        reached.set()
        await asyncio.Event().wait()

    room.handling.mishaps = {(thing, 2): hang}
    replaying = asyncio.create_task(_replay_all(room))
    await reached.wait()
    replaying.cancel()
    await asyncio.gather(replaying, return_exceptions=True)
    room.handling.mishaps.clear()
    assert await Replayer(room.pipeline).replay_ready() == 1
    assert await room.taken() == [1, 2]


async def test_a_message_that_could_not_be_read_is_replayed_once_it_can(room: Room) -> None:
    thing = uuid4()
    message = StepTaken(thing_id=thing, number=1)
    envelope = an_envelope(message)
    unread = [(n, None if n == "ce_council" else v) for n, v in envelope.headers()]
    await room.pipeline.process([a_record(message, headers=unread)])
    await room.rows("UPDATE parked SET headers = :h", h=_packed(a_record(message).headers))
    assert await _replay_all(room) == [1]
    assert await room.taken() == [1]
    assert len(await room.rows("SELECT 1 FROM inbox")) == 1


def _packed(headers: object) -> bytes:
    from chassis.messaging.arrivals import pack_headers

    return pack_headers(headers)  # type: ignore[arg-type]


async def test_a_message_given_up_is_audited_and_lets_the_line_move_up(room: Room) -> None:
    thing = uuid4()
    room.handling.mishaps[thing, 1] = NotAllowed("Not now.")
    records = steps(thing, 1, 2)
    await room.pipeline.process(records)
    (first, _) = await _listed(room)
    async with room.engine.begin() as conn:
        await discard(conn, "steps", first, by=CLERK, why=GivenUp.SUPERSEDED)
    assert await Replayer(room.pipeline).replay_ready() == 1
    assert await room.taken() == [2]
    (row,) = await room.rows("SELECT council, actor, action, detail FROM audit")
    assert (row.council, row.actor) == ("southend", "clerk-7")
    assert row.detail == [StepTaken.TYPE, "not-allowed-now", "superseded"]
    await room.pipeline.process(records)
    assert await room.taken() == [2], "what was given up does not come back with Kafka"


async def _listed(room: Room) -> list[int]:
    async with room.engine.connect() as conn:
        return [message.number for message in await parked_messages(conn, "steps")]


async def test_an_unreadable_message_given_up_does_not_come_back(room: Room) -> None:
    record = a_record(StepTaken(thing_id=uuid4(), number=1), headers=[])
    await room.pipeline.process([record])
    async with room.engine.begin() as conn:
        (number,) = [message.number for message in await parked_messages(conn, "steps")]
        await discard(conn, "steps", number, by=CLERK, why=GivenUp.NOT_OURS)
    await room.pipeline.process([record])
    assert await room.parked() == []
    assert await room.rows("SELECT 1 FROM parked_key") == []


async def test_a_message_without_a_key_is_replayed_alone(room: Room) -> None:
    things = [uuid4(), uuid4()]
    room.handling.mishaps = {(thing, 1): NotAllowed("Not now.") for thing in things}
    for place, thing in enumerate(things):
        message = StepTaken(thing_id=thing, number=1)
        await room.pipeline.process([a_record(message, place, key=None)])
    room.handling.mishaps.pop((things[1], 1))
    assert await _replay_all(room) == [0, 1]


async def test_nothing_is_parked_under_an_unknown_number(room: Room) -> None:
    with pytest.raises(NotFound):
        async with room.engine.begin() as conn:
            await discard(conn, "steps", 404, by=CLERK, why=GivenUp.NOT_OURS)
