"""The tables in the code are those in the database, and the database itself refuses the worst."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.handover import CARD
from services.handover.publish import MESSAGES
from services.handover.store.tables import metadata
from services.handover.use_cases.open_handover import open_handover
from tests.making.databases import Fresh, differences
from tests.making.handing_over import Desk, a_diversion, a_step_up

pytestmark = pytest.mark.postgres


def test_the_tables_are_as_the_migrations_make_them(fresh_database: Fresh) -> None:
    assert differences(fresh_database("handover").owner_url, metadata) == []


def test_every_row_belongs_to_a_council() -> None:
    for table in metadata.sorted_tables:
        assert next(iter(table.primary_key.columns)).name == "council", table.name
        assert not table.c.council.nullable


def test_the_card_names_all_that_it_says_and_owns() -> None:
    assert set(CARD.publishes) == {message.TYPE for message in MESSAGES.values()}
    assert set(CARD.personal) <= set(metadata.tables)


@pytest.mark.parametrize(
    "change",
    [
        "status = 'completed'",
        "authorised_by = proposed_by",
        "acknowledged_how = 'system'",
    ],
)
async def test_the_database_refuses_what_nobody_may_decide(desk: Desk, change: str) -> None:
    await desk.opened(a_diversion())
    with pytest.raises(IntegrityError):
        async with desk.room.engine.begin() as conn:
            await conn.execute(text(f"UPDATE handovers SET {change}"))  # noqa: S608 - ours


async def test_two_proposals_at_once_open_one_handover(desk: Desk) -> None:
    first = a_step_up()
    second = a_step_up(case_id=first.case_id)

    async def hear(said: object) -> None:
        async with desk.room.engine.begin() as conn:
            await open_handover(conn, desk.room, "southend", said)  # type: ignore[arg-type]

    await asyncio.gather(hear(first), hear(second))
    assert await desk.rows("SELECT count(*) AS n FROM handovers") == [{"n": 1}]
