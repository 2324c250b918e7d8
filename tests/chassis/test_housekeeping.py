"""Old ids and answers are forgotten, young ones are kept."""

import psycopg
import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from chassis.database import psycopg_url
from chassis.housekeeping import forget_once
from tests.making.databases import Fresh

pytestmark = pytest.mark.postgres


async def test_only_what_is_old_is_forgotten(fresh_database: Fresh) -> None:
    database = fresh_database("")
    with psycopg.connect(database.app_url) as conn:
        for age in ("61 days", "59 days"):
            conn.execute(
                "INSERT INTO inbox VALUES ('g', gen_random_uuid(), now() - %s::interval)", (age,)
            )
        for age in ("366 days", "364 days"):
            conn.execute(
                "INSERT INTO idempotency VALUES"
                " ('southend', 'o', 'op', %s, '', 201, '{}', now() - %s::interval)",
                (age, age),
            )
    engine = create_async_engine(psycopg_url(database.app_url))
    assert await forget_once(engine) == 2
    assert await forget_once(engine) == 0
    await engine.dispose()
