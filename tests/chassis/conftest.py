"""What the chassis' own tests begin with."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from chassis.database import psycopg_url
from tests.making.databases import Fresh


@pytest.fixture
async def conn(fresh_database: Fresh) -> AsyncIterator[AsyncConnection]:
    """Open a transaction on a database with the chassis' tables alone."""
    engine = create_async_engine(psycopg_url(fresh_database("").app_url))
    async with engine.begin() as conn:
        yield conn
    await engine.dispose()
