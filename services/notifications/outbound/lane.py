"""A lane works what is due, so many at once: claim in a transaction, then each on its own."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import structlog

log = structlog.get_logger()
FASTEST, SLOWEST, SLOWER = 0.05, 0.5, 1.25
"""Seconds between looks for what is due."""
UNHURRIED = 2.0
"""The longest pause of a lane whose work falls due hours after it was planned."""

Work = TypeVar("Work")


class Lane(Generic[Work]):
    """Claims and works without end; one piece that is slow or fails holds up no other."""

    def __init__(
        self,
        name: str,
        claim: Callable[[int], Awaitable[Sequence[Work]]],
        work: Callable[[Work], Awaitable[None]],
        at_once: int,
        slowest: float = SLOWEST,
    ) -> None:
        """Claim with `claim(how many are free)`, and work each with `work`."""
        self.name, self._claim, self._work, self._at_once = name, claim, work, at_once
        self._slowest = slowest
        self._busy: set[asyncio.Task[None]] = set()
        self.moved_at = time.monotonic()

    async def run(self) -> None:
        """Work until cancelled; what is in hand then is let go, and claimed again later."""
        pause = FASTEST
        try:
            while True:
                self.moved_at = time.monotonic()
                pause = FASTEST if await self._take_up() else min(self._slowest, pause * SLOWER)
                await self._rest(pause)
        finally:
            for task in self._busy:
                task.cancel()

    async def drain(self) -> int:
        """Work until nothing is due, and tell how much that was."""
        done = 0
        while taken := await self._take_up():
            done += taken
            await asyncio.gather(*self._busy)
        return done

    async def _take_up(self) -> int:
        free = self._at_once - len(self._busy)
        claimed = await self._claim(free) if free else ()
        for each in claimed:
            task = asyncio.create_task(self._safely(each))
            self._busy.add(task)
            task.add_done_callback(self._busy.discard)
        return len(claimed)

    async def _safely(self, each: Work) -> None:
        """Work one piece; where that fails, its claim runs out and it is taken up again."""
        try:
            await self._work(each)
        except Exception as error:  # noqa: BLE001 - a lane outlives whatever one piece meets
            log.error("work_failed", loop=self.name, error=error)  # noqa: TRY400 - type and places alone

    async def _rest(self, pause: float) -> None:
        full = len(self._busy) >= self._at_once
        if full:
            await asyncio.wait(self._busy, return_when=asyncio.FIRST_COMPLETED)
        else:
            await asyncio.sleep(pause)
