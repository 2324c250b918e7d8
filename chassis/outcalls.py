"""Calls to the other rooms of the hub, each under our own identity, for a stated purpose.

No call is made inside a database transaction. A caller meets two failures: try later, and ask a
person.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Literal, Self

import aiohttp
import httpx
import stamina
import structlog
from httpx_aiohttp import AiohttpTransport

from chassis.facts import Fact, TryLater
from chassis.settings import ServiceSettings
from chassis.telemetry import current_traceparent, traced

PURPOSE_HEADER = "Kinbridge-Purpose"
TIMEOUT = httpx.Timeout(10.0, connect=2.0)
WHOLE_CALL_SECONDS = 15.0
MOST_CONNECTIONS = 50
RENEW_SECONDS_BEFORE = 60.0
SHORTEST_TOKEN_SECONDS = 5.0
PASSING = frozenset({401, 408, 425, 429})

Method = Literal["GET", "POST"]


class TryLaterError(TryLater):
    """Another room is away, or busy, or its answer did not arrive (503)."""

    slug = "other-service-away"
    title = "Another part of the hub is away; try again shortly"


class ForAPersonError(Fact):
    """Another room refused for good: asking again will not help, a person must look (409)."""

    slug = "refused-elsewhere"
    title = "Another part of the hub refused this; somebody must look at it"

    def __init__(self, service: str, status: int, refusal: str = "") -> None:
        """Name the room, its status and its problem's slug."""
        super().__init__(service=service)
        self.service, self.status, self.refusal = service, status, refusal


@dataclass(frozen=True)
class _Token:
    text: str
    until: float


class Outcalls:
    """A client for the hub's own services; made at the start, closed at the stop."""

    def __init__(
        self,
        settings: ServiceSettings,
        addresses: Mapping[str, str],
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Know where each service is: {"notifications": "https://…"}; `transport` is for tests."""
        self._settings, self._addresses = settings, dict(addresses)
        self._transport = transport
        self._client: httpx.AsyncClient | None = None
        self._tokens: dict[str, _Token] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    async def __aenter__(self) -> Self:
        self._client = make_client(self._transport, trust_env=False)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def get(
        self,
        service: str,
        path: str,
        purpose: str,
        *,
        params: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Read from another service.

        Raises:
            TryLaterError: Nothing is known about the answer yet.
            ForAPersonError: It refused, and would refuse again.
        """
        return await self._call("GET", service, path, purpose, params=params)

    async def post(
        self,
        service: str,
        path: str,
        purpose: str,
        body: Mapping[str, Any],
        *,
        idempotency_key: str | None = None,
    ) -> dict[str, Any]:
        """Ask another service to do something, once per key; see `get` for what it raises."""
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        return await self._call("POST", service, path, purpose, json=dict(body), headers=headers)

    async def _call(
        self, method: Method, service: str, path: str, purpose: str, **more: Any
    ) -> dict[str, Any]:
        audience = f"kinbridge-{service}"
        more["headers"] = {**more.get("headers", {}), PURPOSE_HEADER: str(purpose)}
        url = self._addresses[service].rstrip("/") + path
        with traced(f"{method} {service}"):
            answer = await self._as_ourselves(audience, service, method, url, **more)
            if answer.status_code == HTTPStatus.UNAUTHORIZED:
                self._tokens.pop(audience, None)
                answer = await self._as_ourselves(audience, service, method, url, **more)
        return _read(service, answer)

    async def _as_ourselves(
        self, audience: str, service: str, method: str, url: str, **more: Any
    ) -> httpx.Response:
        token = await self._token(audience)
        headers = {**more.pop("headers"), "Authorization": f"Bearer {token}"}
        return await self._send(service, method, url, headers=headers, **more)

    async def _send(self, service: str, method: str, url: str, **more: Any) -> httpx.Response:
        """Send, and again if no connection was made at all: then nothing can have been done."""
        if self._client is None:
            message = "Outcalls are used inside `async with`"
            raise RuntimeError(message)
        if traceparent := current_traceparent():
            more["headers"] = {**more.get("headers", {}), "traceparent": traceparent}
        try:
            async with asyncio.timeout(WHOLE_CALL_SECONDS):
                async for attempt in stamina.retry_context(
                    on=httpx.ConnectError, attempts=3, timeout=5.0, wait_max=1.0, wait_jitter=0.1
                ):
                    with attempt:
                        return await self._client.request(method, url, **more)
        except (httpx.TransportError, aiohttp.ClientError, TimeoutError) as error:
            structlog.get_logger().warning("call failed", to=service, error=error)
            raise TryLaterError from None
        raise TryLaterError  # pragma: no cover - the retries end above

    async def _token(self, audience: str) -> str:
        async with self._asking.setdefault(audience, asyncio.Lock()):
            token = self._tokens.get(audience)
            if token is None or token.until <= time.monotonic():
                token = self._tokens[audience] = await self._new_token(audience)
            return token.text

    async def _new_token(self, audience: str) -> _Token:
        asked = time.monotonic()
        secret = self._settings.service_client_secret.get_secret_value()
        answer = await self._send(
            "token endpoint",
            "POST",
            self._settings.service_token_url,
            data={"grant_type": "client_credentials", "audience": audience},
            auth=httpx.BasicAuth(self._settings.service_client_id, secret),
        )
        try:
            told = answer.raise_for_status().json()
            text, seconds = str(told["access_token"]), float(told.get("expires_in", 300))
        except (httpx.HTTPStatusError, ValueError, KeyError, TypeError, AttributeError) as error:
            structlog.get_logger().error(
                "no service token", to="token endpoint", status=answer.status_code, error=error
            )
            raise TryLaterError from None
        lasts = max(seconds - RENEW_SECONDS_BEFORE, min(seconds / 2, SHORTEST_TOKEN_SECONDS))
        return _Token(text, asked + lasts)


def make_client(
    transport: httpx.AsyncBaseTransport | None = None, *, trust_env: bool
) -> httpx.AsyncClient:
    """Open a client over aiohttp that follows no redirect and keeps no cookie."""
    return httpx.AsyncClient(
        transport=transport or _Transport(trust_env=trust_env),
        timeout=TIMEOUT,
        follow_redirects=False,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        trust_env=trust_env,
    )


def plain_client(transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """Open a client for outside parties: no token of ours, no trace, the machine's proxies."""
    return make_client(transport, trust_env=True)


class _Transport(AiohttpTransport):
    """httpx over aiohttp, without aiohttp's own cookie jar and whole-request timeout."""

    def get_client(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=MOST_CONNECTIONS, ssl=self.ssl_context),
            cookie_jar=aiohttp.DummyCookieJar(),
        )


def _read(service: str, answer: httpx.Response) -> dict[str, Any]:
    status = answer.status_code
    if status >= 500 or status in PASSING:
        structlog.get_logger().warning("call must wait", to=service, status=status)
        raise TryLaterError(**_retry_after(answer))
    told = _object(answer)
    if not answer.is_success:
        refusal = str((told or {}).get("type", "")).rpartition(":")[2]
        raise ForAPersonError(service, status, refusal)
    if told is None:
        raise TryLaterError
    return told


def _object(answer: httpx.Response) -> dict[str, Any] | None:
    if not answer.content:
        return {}
    try:
        told = answer.json()
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _retry_after(answer: httpx.Response) -> dict[str, Any]:
    seconds = answer.headers.get("Retry-After", "")
    return {"retry_after": int(seconds)} if seconds.isascii() and seconds.isdigit() else {}
