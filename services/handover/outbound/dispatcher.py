"""Sends packs: claimed in a transaction, fetched and sent outside it, recorded in another."""

import asyncio
from datetime import timedelta
from uuid import UUID

import structlog

from chassis.facts import TryLater
from chassis.outcalls import ForAPersonError, TryLaterError
from chassis.trouble import is_infrastructure
from contracts.purposes import Purpose
from services.handover.domain.pack import Content, body_of, sha256_of
from services.handover.outbound.gathering import gather
from services.handover.room import HandoverRoom
from services.handover.store.packs import Pack, claim_next, prepare
from services.handover.use_cases.record_sending import (
    Setback,
    record_delivered,
    record_setback,
)

log = structlog.get_logger()
IDLE_SECONDS = 0.5
CARE = "care"
REFUSALS = frozenset({400, 409, 413, 415, 422})
"""Statuses that say: this pack, sent again as it is, would be refused again."""


class Dispatcher:
    """One sender; several may run side by side, in one process and in many.

    Of those in one process one looks for all while there is nothing to send.
    """

    def __init__(self, room: HandoverRoom) -> None:
        """Send what this room's database holds."""
        self._room = room
        self._lease = timedelta(seconds=room.settings.send_lease_seconds)
        self._looking = asyncio.Lock()

    async def run(self) -> None:
        """Send packs until cancelled."""
        while True:
            await self._work(*await self._next())

    async def send_next(self) -> bool:
        """Try the pack that should go next; False when none should."""
        claimed = await self._claim()
        if claimed is None:
            return False
        await self._work(*claimed)
        return True

    async def _next(self) -> tuple[Pack, UUID]:
        """Look until there is a pack to send."""
        async with self._looking:
            while True:
                if (claimed := await self._claim()) is not None:
                    return claimed
                await asyncio.sleep(IDLE_SECONDS)

    async def _claim(self) -> tuple[Pack, UUID] | None:
        async with self._room.engine.begin() as conn:
            return await claim_next(conn, self._lease)

    async def _work(self, pack: Pack, claim: UUID) -> None:
        try:
            await self._attempt(pack, claim)
        except Exception as error:  # noqa: BLE001 - whatever it is, the pack is tried again
            await self._stumbled(pack, error)

    async def _attempt(self, pack: Pack, claim: UUID) -> None:
        content = await gather(self._room, pack)
        async with self._room.engine.begin() as conn:
            leaving = await prepare(conn, pack, claim, sha256_of(content))
        if leaving is None:
            return
        try:
            receipt = await self._send(leaving, content)
        except Exception as error:  # noqa: BLE001 - as in send_next, now of the prepared version
            await self._stumbled(leaving, error)
            return
        async with self._room.engine.begin() as conn:
            await record_delivered(conn, self._room, leaving, receipt)

    async def _send(self, pack: Pack, content: Content) -> str:
        told = await self._room.care[pack.council].post(
            CARE,
            "/transfers",
            Purpose.HANDOVER_PACK,
            body_of(content, pack.id, pack.version, pack.sha256 or "", pack.prepared_at),
            idempotency_key=pack.key,
        )
        receipt = told.get("received")
        if not isinstance(receipt, str) or not receipt:
            raise TryLaterError
        return receipt[:200]

    async def _stumbled(self, pack: Pack, error: Exception) -> None:
        setback = setback_of(error)
        say = log.warning if isinstance(error, TryLater) else log.error
        say(
            "pack not delivered",
            council=pack.council,
            pack=str(pack.id),
            version=pack.version,
            tries=pack.attempts,
            outcome=setback.code,
        )
        async with self._room.engine.begin() as conn:
            await record_setback(conn, self._room, pack, setback)


def setback_of(error: Exception) -> Setback:
    """Read an attempt's error: away, refused for good, or one that a person must look at."""
    if isinstance(error, ForAPersonError):
        refused_for_good = error.service == CARE and error.status in REFUSALS
        return Setback(f"{error.service}-{error.status}", refused_for_good, for_a_person=True)
    if isinstance(error, TryLater):
        wait = error.members.get("retry_after", 0)
        return Setback("away", wait_seconds=float(wait) if isinstance(wait, int) else 0.0)
    if is_infrastructure(error):
        return Setback("infrastructure")
    return Setback(type(error).__name__, for_a_person=True)
