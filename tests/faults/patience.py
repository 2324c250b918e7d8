"""A partner's system and a worker's screen as they should be: no answer means, ask again."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from chassis.clocks import new_id
from deploy.day.hub import Hub
from tests.faults.groups import GroupLag
from tests.making.waiting import eventually

LATER = frozenset({425, 429, 502, 503, 504})
"""Answers that say: nothing is known yet, ask again."""

PATIENCE = 120.0
QUIET_AGAIN = 400.0
"""Seconds: what a dead service had claimed is taken up again after its lease of 90."""


@dataclass
class Asked:
    """What became of the asking: answers that never came, and steps that stood already."""

    unanswered: int = 0
    stood_already: list[str] = field(default_factory=list)


class AsksAgain(httpx.AsyncBaseTransport):
    """Sends a request until it is answered, under one Idempotency-Key, as the guide asks.

    Where an answer was lost and the step turns out to stand, the worker reads that it stands.
    """

    def __init__(self, asked: Asked, patience: float = PATIENCE) -> None:
        self._inner = httpx.AsyncHTTPTransport()
        self._asked, self._patience = asked, patience

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Ask until somebody answers."""
        if request.url.path == "/quiet":
            return await self._inner.handle_async_request(request)
        if request.method == "POST":
            request.headers.setdefault("Idempotency-Key", str(new_id()))
        lost: list[str] = []
        what = f"{request.method} {request.url.path}"
        answer = await eventually(
            lambda: self._ask(request, lost), within=self._patience, every=0.25, report=lambda: what
        )
        assert answer is not None
        self._asked.unanswered += len(lost)
        if lost and _stands_already(answer):
            self._asked.stood_already.append(what)
            return httpx.Response(200, json={})
        return answer

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()

    async def _ask(self, request: httpx.Request, lost: list[str]) -> httpx.Response | None:
        """Ask once; None where nobody knows whether it was done, noted in `lost`, or was not."""
        try:
            answer = await self._inner.handle_async_request(request)
            await answer.aread()
        except httpx.ConnectError:
            return None
        except httpx.TransportError as error:
            lost.append(type(error).__name__)
            return None
        if answer.status_code in LATER:
            lost.append(str(answer.status_code))
            return None
        return answer


def _stands_already(answer: httpx.Response) -> bool:
    return answer.status_code == 409 and answer.json()["type"].endswith(":step-not-allowed")


@dataclass
class PatientHub(Hub):
    """A hub whose users ask again, and whose parts may be away for a while.

    `let_wait` names what does not count as unrest for now, as (room, what). `groups` is asked
    where several processes share a service's partitions.
    """

    asked: Asked = field(default_factory=Asked)
    let_wait: set[tuple[str, str]] = field(default_factory=set)
    groups: GroupLag | None = None

    def __post_init__(self) -> None:
        self.http = httpx.AsyncClient(timeout=30, transport=AsksAgain(self.asked))

    async def quiet(self, within: float = QUIET_AGAIN) -> None:
        """Wait for longer than an undisturbed hub would need."""
        await super().quiet(within)

    def room_opens(self, name: str, url: str) -> None:
        """Wait for the quiet of one more process."""
        self.services = {**self.services, name: url}

    def room_closes(self, name: str) -> None:
        """Wait for it no more."""
        self.services = {each: url for each, url in self.services.items() if each != name}

    async def _waiting(self) -> dict[str, Any]:
        waiting = await super()._waiting()
        for room, what in self.let_wait:
            if isinstance(waiting.get(room), dict):
                waiting[room].pop(what, None)
        waiting = {room: what for room, what in waiting.items() if what}
        if not waiting and self.groups:
            return await self.groups.waiting()
        return waiting
