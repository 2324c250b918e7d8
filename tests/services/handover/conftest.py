"""One handover service per module, and for each test one that has seen nothing yet."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.making.databases import Fresh
from tests.making.handing_over import Desk, a_desk


@pytest_asyncio.fixture(scope="module")
async def opened_desk(
    fresh_database: Fresh, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Desk]:
    """A handover service and the world around it."""
    folder: Path = tmp_path_factory.mktemp("handover")
    async with a_desk(fresh_database("handover"), folder) as opened:
        yield opened


@pytest_asyncio.fixture
async def desk(opened_desk: Desk) -> Desk:
    """A handover service without a handover."""
    await opened_desk.cleared()
    return opened_desk
