"""Users who ask again, as the partner guide asks of them, while parts of the hub are away."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import httpx

from chassis.clocks import new_id
from deploy.day.hub import Hub

LATER = frozenset({425, 429, 502, 503, 504})
"""Answers that say: nothing is known yet, ask again."""

PATIENCE, PAUSE = 120.0, 0.25
"""Seconds until a user gives up, and between two askings."""

QUIET_AGAIN = 400.0
"""Seconds: what a dead service had claimed is taken up again after its lease of 90."""

STANDS_ALREADY = ":step-not-allowed"


class NobodyAnswered(Exception):  # noqa: N818 - named for the fact
    """A service did not come back in time; says what was asked."""


async def _at_once() -> None:
    """Let nothing happen before a request."""


class AsksAgain(httpx.AsyncBaseTransport):
    """Sends a request until it is answered, under one Idempotency-Key.

    Where an answer was lost and the step turns out to stand, the user reads that it stands.
    `again` counts the requests that were sent again; `before_change` is awaited before each
    request that changes something.
    """

    def __init__(
        self, inner: httpx.AsyncBaseTransport | None = None, patience: float = PATIENCE
    ) -> None:
        self._inner = inner or httpx.AsyncHTTPTransport()
        self._patience = patience
        self.before_change: Callable[[], Awaitable[None]] = _at_once
        self.again = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Ask until somebody answers; who asks for quiet wants to know how it is now.

        Raises:
            NobodyAnswered: nobody does in time.
        """
        if request.url.path == "/quiet":
            return await self._inner.handle_async_request(request)
        if request.method != "GET":
            request.headers.setdefault("Idempotency-Key", str(new_id()))
            await self.before_change()
        loop = asyncio.get_running_loop()
        deadline, lost = loop.time() + self._patience, False
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
            await asyncio.sleep(PAUSE)
        raise NobodyAnswered(f"{request.method} {request.url.path}")

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


@dataclass
class PatientHub(Hub):
    """A hub whose users ask again, and whose parts may be away for a while."""

    users: AsksAgain = field(default_factory=AsksAgain)

    def __post_init__(self) -> None:
        """Let its users ask through `users`."""
        self.http = httpx.AsyncClient(timeout=30, transport=self.users)

    async def quiet(self, within: float = QUIET_AGAIN) -> None:
        """Wait for longer than an undisturbed hub would need."""
        await super().quiet(within)


def _stands(answer: httpx.Response) -> bool:
    return answer.status_code == httpx.codes.CONFLICT and str(
        answer.json().get("type", "")
    ).endswith(STANDS_ALREADY)
