"""Keeps services alive as an operator's supervisor would: one that has ended starts again."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from signal import SIGKILL

from deploy.local.parts import SERVICES
from deploy.local.stack import Stack
from tests.making.waiting import beats

LOOKS_EVERY = 0.2


class Keeper:
    """Looks after the four services of a stack.

    `starts` counts what it started again; `by_themselves` names those that ended unasked.
    """

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self.starts: Counter[str] = Counter()
        self.by_themselves: list[str] = []

    async def keep(self) -> None:
        """Start again whatever has ended, until cancelled; it need not be ready to be started."""
        async for _ in beats(LOOKS_EVERY):
            for service in SERVICES:
                child = self._stack.children[service]
                if child.alive:
                    continue
                if child.exit_code != -SIGKILL:
                    self.by_themselves.append(f"{service}: exit code {child.exit_code}")
                await asyncio.to_thread(self._stack.start_service, service, wait=False)
                self.starts[service] += 1


@asynccontextmanager
async def kept(stack: Stack) -> AsyncIterator[Keeper]:
    """Keep a stack's services alive meanwhile."""
    keeper = Keeper(stack)
    keeping = asyncio.create_task(keeper.keep())
    try:
        yield keeper
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping
