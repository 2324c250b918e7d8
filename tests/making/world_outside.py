"""Stands for what notifications speaks to: the hub's other services, partners and GOV.UK Notify."""

import json
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID, uuid4

import httpx
from standardwebhooks.webhooks import Webhook


@dataclass
class Hub:
    """The token endpoint, and the details that referral and allocation hand out."""

    contact: dict[str, Any] = field(
        default_factory=lambda: {
            "reference": "SOU-7K3M-2Q9X",
            "active": True,
            "restricted": False,
            "email": "safeguarding@school.example",
            "phone": "07700 900111",
        }
    )
    address: dict[str, Any] = field(
        default_factory=lambda: {
            "allowed": True,
            "name": "Invented Person",
            "address_lines": ["1 Pier Hill", "Southend", "SS1 1AA"],
        }
    )
    milestone: dict[str, Any] = field(
        default_factory=lambda: {
            "practitioner_contact": "01632 960177",
            "team_name": "Early Help West",
            "due_date": "2026-11-16",
        }
    )
    status: int = 200
    purposes: list[str] = field(default_factory=list)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        if request.url.path.endswith("/token"):
            return httpx.Response(200, json={"access_token": "invented", "expires_in": 600})
        purpose = request.headers["Kinbridge-Purpose"]
        self.purposes.append(purpose)
        told = {
            "referrer_contact": self.contact,
            "letter_address": self.address,
            "milestone_detail": self.milestone,
        }
        return httpx.Response(self.status, json=told[purpose])


class WeDiedError(Exception):
    """Our process dies in the middle of a call: nobody records what came of it."""


class _Nothing(httpx.AsyncByteStream):
    """An empty body that arrives as a network's does."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b""


def answered(status: int, **headers: str) -> httpx.Response:
    """Make an answer without a body."""
    return httpx.Response(status, stream=_Nothing(), headers=headers)


@dataclass
class Partners:
    """Receivers of webhooks by host: each has a way to answer, and keeps what it was sent."""

    ways: dict[str, Callable[[httpx.Request], httpx.Response | Awaitable[httpx.Response]]] = field(
        default_factory=dict
    )
    got: defaultdict[str, list[httpx.Request]] = field(default_factory=lambda: defaultdict(list))

    async def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer one request as that receiver does: 204 unless it was told otherwise."""
        self.got[request.url.host].append(request)
        way = self.ways.get(request.url.host)
        found = way(request) if way else answered(204)
        return await found if isinstance(found, Awaitable) else found

    def answers(self, host: str, *statuses: int) -> None:
        """Let a receiver answer with these statuses, the last one for ever; 0 is no answer."""
        left = list(statuses)

        def way(request: httpx.Request) -> httpx.Response:
            status = left.pop(0) if len(left) > 1 else left[0]
            if status == 0:
                raise httpx.ConnectError("away", request=request)
            return answered(status)

        self.ways[host] = way

    def take_and_we_die(self, host: str) -> None:
        """Let a receiver take the next one while our process dies; after that it answers well."""

        def way(_: httpx.Request) -> httpx.Response:
            del self.ways[host]
            raise WeDiedError

        self.ways[host] = way

    def verified(self, host: str, secret: str) -> list[dict[str, Any]]:
        """Verify all that a receiver got with its secret, as a careful partner would."""
        return [Webhook(secret).verify(each.content, dict(each.headers)) for each in self.got[host]]


@dataclass
class Letterbox:
    """GOV.UK Notify as far as we use it: what was sent, under which reference, and how it went."""

    sent: list[dict[str, Any]] = field(default_factory=list)
    status: str = "sending"
    mode: str = "up"

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer one request; `mode` "deaf" takes a message and loses its own answer."""
        assert request.headers["Authorization"].startswith("Bearer ")
        if self.mode == "down":
            return httpx.Response(500, json={"errors": [{"error": "Exception"}]})
        if request.method == "POST":
            return self._take(request)
        if "reference" in (asked := parse_qs(request.url.query.decode())):
            found = [each for each in self.sent if each["reference"] == asked["reference"][0]]
            return httpx.Response(200, json={"notifications": [self._shown(e) for e in found]})
        for each in self.sent:
            if each["id"] == request.url.path.rpartition("/")[2]:
                return httpx.Response(200, json=self._shown(each))
        return httpx.Response(404, json={"errors": [{"error": "NoResultFound"}]})

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Give what was sent of a kind."""
        return [each for each in self.sent if each["kind"] == kind]

    def _take(self, request: httpx.Request) -> httpx.Response:
        if self.mode == "refusing":
            return httpx.Response(400, json={"errors": [{"error": "ValidationError"}]})
        kind = request.url.path.rpartition("/")[2]
        taken = json.loads(request.content) | {"id": str(uuid4()), "kind": kind}
        self.sent.append(taken)
        if self.mode == "deaf":
            raise httpx.ReadTimeout("lost", request=request)
        if self.mode == "we die":
            self.mode = "up"
            raise WeDiedError
        return httpx.Response(201, json={"id": taken["id"]})

    def _shown(self, each: dict[str, Any]) -> dict[str, Any]:
        return {"id": each["id"], "status": each.get("status", self.status)}


def an_id() -> UUID:
    """Make an id that nobody else has."""
    return uuid4()
