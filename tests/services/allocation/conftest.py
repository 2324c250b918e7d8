"""One team room per test, on a database cloned in a tenth of a second."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.making.databases import Fresh
from tests.services.allocation.team_room import TeamRoom, a_team_room


@pytest_asyncio.fixture
async def team(fresh_database: Fresh, tmp_path: Path) -> AsyncIterator[TeamRoom]:
    """Allocation without a case."""
    async with a_team_room(fresh_database("allocation"), tmp_path) as opened:
        yield opened
