"""One notifications service per test, on a database cloned in a tenth of a second."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.making.databases import Fresh
from tests.making.telling import Office, an_office


@pytest_asyncio.fixture
async def office(fresh_database: Fresh, tmp_path: Path) -> AsyncIterator[Office]:
    """A notifications service that has heard nothing yet."""
    async with an_office(fresh_database("notifications"), tmp_path) as opened:
        yield opened
