"""Knows each agency's official source code without asking the database on every submission."""

import time
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.codes import SourceCode
from services.referral.store.agencies import find_agency
from services.referral.store.scope import Reader

REMEMBERED_SECONDS = 60.0
MOST = 10_000


class AgencyBook:
    """Remembers for a minute what an agency is counted as."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Read from the service's database."""
        self._engine = engine
        self._known: dict[Reader, tuple[float, SourceCode]] = {}

    async def source_code(self, council: str, agency_id: UUID) -> SourceCode | None:
        """Give the source code; None if the council has no such agency or closed its access."""
        reader = Reader(council, agency_id)
        until, code = self._known.get(reader, (0.0, SourceCode.NOT_KNOWN))
        if until > time.monotonic():
            return code
        async with self._engine.connect() as conn:
            found = await find_agency(conn, reader, agency_id)
        if found is None or not found.active:
            return None
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[reader] = (time.monotonic() + REMEMBERED_SECONDS, found.source_code)
        return found.source_code
