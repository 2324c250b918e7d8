"""The operator's `parked list | replay | discard`, as typed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import pytest
from typer.testing import CliRunner, Result

from chassis.facts import NotAllowed
from chassis.messaging.parked_command import parked_commands
from chassis.messaging.replay import Replayer
from tests.chassis.messaging.steps import Room, a_room, steps
from tests.making.databases import Fresh, ServiceDatabase

pytestmark = pytest.mark.postgres


@pytest.fixture
def database(fresh_database: Fresh) -> ServiceDatabase:
    return fresh_database("")


def _typed(
    database: ServiceDatabase, *words: str, refuse: tuple[UUID, int] | None = None
) -> Result:
    """Run one command line with a service of its own, as a new process would."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Replayer]:
        async with a_room(database) as room:
            if refuse:
                room.handling.mishaps[refuse] = NotAllowed("Not now.")
            yield Replayer(room.pipeline)

    return CliRunner(env={"COLUMNS": "250"}).invoke(parked_commands(opened), list(words))


def _park(database: ServiceDatabase, thing: UUID, *numbers: int) -> None:
    async def park() -> None:
        async with a_room(database) as room:
            room.handling.mishaps[thing, numbers[0]] = NotAllowed("Not now.")
            await room.pipeline.process(steps(thing, *numbers))

    asyncio.run(park())


def _taken(database: ServiceDatabase) -> list[int]:
    async def look() -> list[int]:
        async with a_room(database) as room:
            return await Room.taken(room)

    return asyncio.run(look())


def test_the_list_says_what_is_parked_and_why(database: ServiceDatabase) -> None:
    thing = uuid4()
    _park(database, thing, 1, 2)
    told = _typed(database, "list").output
    assert "2 parked" in told
    for word in (str(thing), "earlyhelp.test.taken.v1", "not-allowed-now", "behind-parked"):
        assert word in told


def test_a_replay_handles_the_whole_line(database: ServiceDatabase) -> None:
    _park(database, uuid4(), 1, 2, 3)
    told = _typed(database, "replay", "2")
    assert told.exit_code == 0
    assert told.output.endswith("3 handled.\n")  # behind what is logged meanwhile
    assert _taken(database) == [1, 2, 3]
    assert "0 parked" in _typed(database, "list").output


def test_a_replay_that_stops_again_says_where_and_why(database: ServiceDatabase) -> None:
    thing = uuid4()
    _park(database, thing, 1, 2)
    told = _typed(database, "replay", "--all", refuse=(thing, 2))
    assert told.exit_code == 1
    assert told.output.endswith("1 handled; stopped at 2: not-allowed-now.\n")


def test_a_message_is_given_up_with_a_reason_and_a_name(database: ServiceDatabase) -> None:
    _park(database, uuid4(), 1, 2)
    told = _typed(database, "discard", "1", "--why", "superseded", "--who", "clerk-7")
    assert (told.exit_code, told.output) == (0, "1 is given up (superseded).\n")
    assert _typed(database, "replay", "--all").output.endswith("1 handled.\n")
    assert _taken(database) == [2]


@pytest.mark.parametrize(
    "words",
    [
        ("replay",),
        ("replay", "404"),
        ("discard", "404", "--why", "superseded", "--who", "clerk-7"),
        ("discard", "1", "--who", "clerk-7"),
        ("discard", "1", "--why", "because", "--who", "clerk-7"),
    ],
)
def test_what_cannot_be_done_is_refused(database: ServiceDatabase, words: tuple[str, ...]) -> None:
    assert _typed(database, *words).exit_code != 0
