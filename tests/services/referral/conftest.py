"""One front door per test, on a database cloned in a tenth of a second."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.making.databases import Fresh
from tests.making.front_door import FrontDoor, a_front_door


@pytest_asyncio.fixture
async def door(fresh_database: Fresh, tmp_path: Path) -> AsyncIterator[FrontDoor]:
    """A front door without a referral."""
    async with a_front_door(fresh_database("referral"), tmp_path) as opened:
        yield opened
