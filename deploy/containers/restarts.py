"""A plan of restarts along the requests of users who ask again while a container restarts."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from deploy.day.patience import QUIET_AGAIN, PatientHub


@dataclass
class Restarts:
    """Restarts that begin one after the other, each after so many requests more.

    Args:
        parts: What is restarted, in this order.
        restart: Restarts one part and returns when it is ready.
        every: Requests that change something between two restarts.
    """

    parts: Sequence[str]
    restart: Callable[[str], Awaitable[None]]
    every: int = 10
    done: list[str] = field(default_factory=list)
    _asked: int = 0
    _under_way: asyncio.Task[None] | None = None

    async def pass_by(self) -> None:
        """Count one request; begin the next restart when it is due, the one before being over."""
        self._asked += 1
        if self._asked % self.every == 0 and len(self.done) < len(self.parts):
            await self.settled()
            part = self.parts[len(self.done)]
            self.done.append(part)
            self._under_way = asyncio.ensure_future(self.restart(part))

    async def settled(self) -> None:
        """Wait for the restart that is under way."""
        if self._under_way is not None:
            await self._under_way


@dataclass
class RestlessHub(PatientHub):
    """A hub whose containers restart while its users work."""

    restarts: Restarts | None = None

    def disturb(self, restarts: Restarts) -> None:
        """Begin restarts along its users' requests."""
        logging.getLogger("aiokafka").setLevel(
            logging.CRITICAL
        )  # it tells of every lost connection
        self.restarts = restarts
        self.users.before_change = restarts.pass_by

    async def quiet(self, within: float = QUIET_AGAIN) -> None:
        """Wait for the restart that is under way, and then for quiet."""
        if self.restarts is not None:
            await self.restarts.settled()
        await super().quiet(within)
