"""Keeps a service's loops running: a loop that fails starts again, one that is stuck is told."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

import structlog
from prometheus_client import Counter

log = structlog.get_logger()
FAILED = Counter("kinbridge_loop_failures_total", "Failures of a loop", ["loop"])
SHORTEST, LONGEST = 0.2, 10.0
STUCK_AFTER = 120.0
STOP_WITHIN = 8.0

Loop = Callable[[], Awaitable[None]]


class Supervisor:
    """Runs loops side by side for as long as the service serves."""

    def __init__(self, loops: Mapping[str, Loop]) -> None:
        """Take loops by name; each runs until cancelled."""
        self._loops = dict(loops)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self.failing: dict[str, str] = {}

    async def start(self) -> None:
        """Start every loop."""
        for name, loop in self._loops.items():
            self._tasks[name] = asyncio.create_task(self._keep(name, loop), name=name)

    async def stop(self) -> None:
        """Cancel every loop, and wait for each to finish what it holds, within a limit."""
        for task in self._tasks.values():
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=STOP_WITHIN)

    async def _keep(self, name: str, loop: Loop) -> None:
        pause = SHORTEST
        while True:
            began = time.monotonic()
            try:
                await loop()
            except asyncio.CancelledError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, the loop starts again
                FAILED.labels(name).inc()
                self.failing[name] = type(error).__name__
                log.warning("loop_failed", loop=name, error=error)
            pause = SHORTEST if time.monotonic() - began > LONGEST else min(LONGEST, pause * 2)
            await asyncio.sleep(pause)
            self.failing.pop(name, None)


def stuck(moved_at: Callable[[], float]) -> Callable[[], Awaitable[str | None]]:
    """Make a liveness probe: a loop that has not turned for two minutes is stuck."""

    async def probe() -> str | None:
        still = time.monotonic() - moved_at()
        return "no progress" if still > STUCK_AFTER else None

    return probe
