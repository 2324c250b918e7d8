"""One handover service per test, on a database cloned in a tenth of a second."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.making.databases import Fresh
from tests.making.handing_over import Desk, a_desk


@pytest_asyncio.fixture
async def desk(fresh_database: Fresh, tmp_path: Path) -> AsyncIterator[Desk]:
    """A handover service without a handover."""
    async with a_desk(fresh_database("handover"), tmp_path) as opened:
        yield opened
