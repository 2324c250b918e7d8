"""The hub as its users reach it: over HTTP, each with a token of their own, waiting for quiet."""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx

Json = Any
QUIET_WITHIN = 90.0


class Unexpected(Exception):  # noqa: N818 - named for the fact
    """The hub answered otherwise than the day expects; says what was asked and the problem."""


class NeverQuiet(Exception):  # noqa: N818 - named for the fact
    """Something still waits after its time; says what."""


@dataclass
class Hub:
    """A running stack, as its stack.json tells of it."""

    services: Mapping[str, str]
    simulators: str
    kafka: str
    councils: tuple[str, ...]
    folder: Path
    simulators_inside: str = ""
    """The simulators' address as services call it, where it is another than ours."""

    http: httpx.AsyncClient = field(default_factory=lambda: httpx.AsyncClient(timeout=30))
    tokens: dict[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, state_file: Path) -> Self:
        """Read a stack's stack.json."""
        told = json.loads(state_file.read_text())
        return cls(
            services=told["services"],
            simulators=told["simulators"],
            kafka=told["kafka"],
            councils=tuple(told["councils"]),
            folder=Path(told["folder"]),
            simulators_inside=told.get("simulators_inside", ""),
        )

    async def staff(self, issuer: str, subject: str) -> "Caller":
        """Let a member of a council's staff, or of its social care, sign in."""
        if (issuer, subject) not in self.tokens:
            answer = await self.http.post(
                f"{self.simulators}/issuers/{issuer}/token", json={"subject": subject}
            )
            self.tokens[issuer, subject] = _whole(answer, 200)["access_token"]
        return Caller(self, self.tokens[issuer, subject])

    async def agency(self, client_id: str, client_secret: str) -> "Caller":
        """Let an agency's system sign in with its client credentials."""
        if (client_id, "") not in self.tokens:
            answer = await self.http.post(
                f"{self.services['referral']}/oauth/token",
                data={"grant_type": "client_credentials"},
                auth=(client_id, client_secret),
            )
            self.tokens[client_id, ""] = _whole(answer, 200)["access_token"]
        return Caller(self, self.tokens[client_id, ""])

    async def simulate(self, method: str, path: str, **more: Any) -> Json:
        """Ask the simulators for something."""
        answer = await self.http.request(method, f"{self.simulators}{path}", **more)
        if answer.is_error:
            raise Unexpected(f"{method} {path}: {answer.status_code}")
        return answer.json() if answer.content else None

    async def field_time(self) -> str:
        """Tell the field's time."""
        return str((await self.simulate("GET", "/clock"))["field"])

    async def move_clock(self, **change: str) -> None:
        """Move the field's clock, `to` a moment or `forward` by a duration, and wait for quiet."""
        await self.quiet()
        await self.simulate("POST", "/clock", json=change)
        self.tokens.clear()
        await self.quiet()

    async def quiet(self, within: float = QUIET_WITHIN) -> None:
        """Wait until nothing waits anywhere, seen twice in a row.

        Raises:
            NeverQuiet: something still waits after `within` seconds.
        """
        deadline, calm = time.monotonic() + within, 0
        waiting: dict[str, Json] = {}
        while calm < 2:
            waiting = await self._waiting()
            calm = 0 if waiting else calm + 1
            if time.monotonic() > deadline:
                raise NeverQuiet(json.dumps(waiting))
            await asyncio.sleep(0.05)

    async def _waiting(self) -> dict[str, Json]:
        rooms = {**self.services, "simulators": self.simulators}
        answers = await asyncio.gather(
            *(self.http.get(f"{url}/quiet") for url in rooms.values()), return_exceptions=True
        )
        waiting: dict[str, Json] = {}
        for name, answer in zip(rooms, answers, strict=True):
            if isinstance(answer, BaseException):
                waiting[name] = type(answer).__name__
            elif answer.is_error or not answer.json()["quiet"]:
                body = answer.json() if not answer.is_error else {}
                found = {k: v for k, v in body.get("waiting", {}).items() if v}
                waiting[name] = found or answer.status_code
        return waiting


@dataclass(frozen=True)
class Caller:
    """Somebody with a token."""

    hub: Hub
    token: str

    async def get(self, service: str, path: str, **params: str) -> Json:
        """Read."""
        return await self.ask("GET", service, path, 200, params=params)

    async def post(
        self, service: str, path: str, body: Json = None, *, expect: int | None = None, **more: Any
    ) -> Json:
        """Do something; any good answer will do unless one is expected."""
        return await self.ask("POST", service, path, expect, json=body or {}, **more)

    async def put(self, service: str, path: str, body: Json) -> Json:
        """Set something."""
        return await self.ask("PUT", service, path, None, json=body)

    async def ask(
        self, method: str, service: str, path: str, expect: int | None, **more: Any
    ) -> Json:
        """Ask a service.

        Raises:
            Unexpected: it answered otherwise; the problem's title and fields are told.
        """
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        url = f"{self.hub.services[service]}{path}"
        answer = await self.hub.http.request(method, url, headers=headers, **more)
        return _whole(answer, expect)


def _whole(answer: httpx.Response, expect: int | None) -> Json:
    good = answer.is_success if expect is None else answer.status_code == expect
    if not good:
        asked = f"{answer.request.method} {answer.request.url.path}"
        raise Unexpected(f"{asked}: {answer.status_code} {answer.text[:600]}")
    return answer.json() if answer.content else None
