"""One webhook to one receiver, signed as Standard Webhooks says; no redirect, no way inside."""

import asyncio
import json
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ipaddress import ip_address
from typing import Any, Self

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from httpx_aiohttp import AiohttpTransport
from standardwebhooks.webhooks import Webhook

from services.notifications.domain.addresses import AddressRefused, check_address, is_public

MOST_READ = 4096


@dataclass(frozen=True)
class Answer:
    """What a receiver answered: a status, or the kind of trouble where there was no answer."""

    status: int | None
    trouble: str | None = None
    retry_after: float | None = None

    @property
    def taken(self) -> bool:
        """Whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """Whether the receiver asked never to be called again."""
        return self.status == httpx.codes.GONE


class PublicResolver(AbstractResolver):
    """Finds addresses, and in production only public ones: checked as the connection is made."""

    def __init__(self, *, production: bool) -> None:
        """Ask the machine's own resolver."""
        self._production = production

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Resolve a host; an inside address among its addresses refuses them all."""
        found = await ThreadedResolver().resolve(host, port, family)
        if self._production and not all(is_public(ip_address(one["host"])) for one in found):
            raise OSError(0, "not a public address")
        return found

    async def close(self) -> None:
        """Nothing is kept."""


class _Transport(AiohttpTransport):
    """httpx over aiohttp with our resolver: a pool that many hosts do not slow down."""

    def __init__(self, *, production: bool, most: int) -> None:
        super().__init__(trust_env=False)
        self._production, self._most = production, most

    def get_client(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=self._most,
            ssl=self.ssl_context,
            resolver=PublicResolver(production=self._production),
            ttl_dns_cache=30,
        )
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())


class WebhookSender:
    """Signs and posts; opened with the service and closed with it."""

    def __init__(
        self,
        *,
        production: bool,
        seconds: float,
        at_once: int,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Wait `seconds` for an answer; `transport` is for tests."""
        self._production, self._seconds, self._at_once = production, seconds, at_once
        self._transport = transport
        self._client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        transport = self._transport or _Transport(production=self._production, most=self._at_once)
        self._client = httpx.AsyncClient(
            transport=transport,
            timeout=self._seconds,
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            trust_env=False,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def send(
        self,
        url: str,
        webhook_id: str,
        at: datetime,
        payload: Mapping[str, Any],
        secrets: Sequence[str],
    ) -> Answer:
        """Post one message, signed with every secret that is good at this moment."""
        if self._client is None:
            message = "A webhook sender is used inside `async with`"
            raise RuntimeError(message)
        try:
            check_address(url, production=self._production)
        except AddressRefused:
            return Answer(None, "address refused")
        body = json.dumps(payload, separators=(",", ":"), ensure_ascii=False)
        headers = {"content-type": "application/json", "user-agent": "Kinbridge-Webhooks"}
        headers |= signed(webhook_id, at, body, secrets)
        try:
            async with (
                asyncio.timeout(self._seconds),
                self._client.stream("POST", url, content=body.encode(), headers=headers) as answer,
            ):
                return await _read(answer)
        except (httpx.HTTPError, aiohttp.ClientError, TimeoutError, OSError) as error:
            return Answer(None, type(error).__name__)


def signed(webhook_id: str, at: datetime, body: str, secrets: Sequence[str]) -> dict[str, str]:
    """Give the headers; while a secret is being changed there is a signature for each."""
    signatures = [Webhook(secret).sign(webhook_id, at, body) for secret in secrets]
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


async def _read(answer: httpx.Response) -> Answer:
    """Take the status; of the body a little is read, so that the connection can be used again."""
    taken = 0
    async for chunk in answer.aiter_raw():
        taken += len(chunk)
        if taken > MOST_READ:
            break
    after = answer.headers.get("retry-after", "")
    return Answer(
        answer.status_code,
        retry_after=float(after) if after.isascii() and after.isdigit() else None,
    )
