"""Users who ask again while a container restarts, and a plan of restarts along their requests."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import httpx

from chassis.clocks import new_id
from deploy.day.hub import Hub

LATER = frozenset({425, 429, 502, 503, 504})
"""Answers that say: nothing is known yet, ask again."""

PATIENCE = 120.0
QUIET_WITHIN = 400.0
STANDS_ALREADY = ":step-not-allowed"


class NobodyAnswered(Exception):  # noqa: N818 - named for the fact
    """A service did not come back in time; says what was asked."""


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


class AsksAgain(httpx.AsyncBaseTransport):
    """Sends a request until it is answered, under one Idempotency-Key.

    Where an answer was lost and the step turns out to stand, the user reads that it stands.
    """

    def __init__(self, restarts: Restarts) -> None:
        self._inner = httpx.AsyncHTTPTransport()
        self._restarts = restarts
        self.again = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Ask until somebody answers.

        Raises:
            NobodyAnswered: nobody does in time.
        """
        if request.url.path == "/quiet":
            return await self._inner.handle_async_request(request)
        if request.method != "GET":
            request.headers.setdefault("Idempotency-Key", str(new_id()))
            await self._restarts.pass_by()
        loop = asyncio.get_running_loop()
        deadline, lost = loop.time() + PATIENCE, False
        while loop.time() < deadline:
            try:
                answer = await self._inner.handle_async_request(request)
                await answer.aread()
            except httpx.TransportError as error:
                lost |= not isinstance(error, httpx.ConnectError)
            else:
                if lost and _stands(answer):
                    return httpx.Response(200, json={}, request=request)
                if answer.status_code not in LATER:
                    return answer
                lost = True
            self.again += 1
            await asyncio.sleep(0.25)
        raise NobodyAnswered(f"{request.method} {request.url.path}")

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


@dataclass
class RestlessHub(Hub):
    """A hub whose containers restart while its users work."""

    restarts: Restarts | None = None

    def disturb(self, restarts: Restarts) -> AsksAgain:
        """Let its users ask again, and begin restarts along their requests."""
        logging.getLogger("aiokafka").setLevel(
            logging.CRITICAL
        )  # it tells of every lost connection
        self.restarts = restarts
        transport = AsksAgain(restarts)
        self.http = httpx.AsyncClient(timeout=30, transport=transport)
        return transport

    async def quiet(self, within: float = QUIET_WITHIN) -> None:
        """Wait for longer than an undisturbed hub would need."""
        if self.restarts is not None:
            await self.restarts.settled()
        await super().quiet(within)


def _stands(answer: httpx.Response) -> bool:
    return answer.status_code == httpx.codes.CONFLICT and str(
        answer.json().get("type", "")
    ).endswith(STANDS_ALREADY)
