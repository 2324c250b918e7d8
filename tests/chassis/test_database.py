"""The pool gives out only connections whose server is still there."""

import psycopg
import pytest
from sqlalchemy import text

from chassis.database import make_engine
from tests.making.applications import some_settings
from tests.making.databases import Fresh

pytestmark = pytest.mark.postgres
END_THE_OTHERS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


async def test_a_connection_that_the_server_has_ended_is_replaced_before_anybody_gets_it(
    fresh_database: Fresh, postgres_server: str
) -> None:
    database = fresh_database("")
    engine = make_engine(some_settings(database_url=database.app_url))
    backend = text("SELECT pg_backend_pid()")
    async with engine.connect() as conn:
        first = (await conn.execute(backend)).scalar_one()
    async with engine.connect() as conn:
        assert (await conn.execute(backend)).scalar_one() == first
    name = database.app_url.rpartition("/")[2]
    with psycopg.connect(postgres_server, dbname=name, autocommit=True) as admin:
        assert admin.execute(END_THE_OTHERS).fetchall() == [(True,)]
    async with engine.connect() as conn:
        assert (await conn.execute(backend)).scalar_one() != first
    await engine.dispose()
