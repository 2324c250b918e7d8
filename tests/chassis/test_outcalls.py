"""Calls to the other rooms: under our own identity, and with two ways to fail."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import stamina
from aiohttp import web

from chassis.outcalls import ForAPersonError, Outcalls, TryLaterError, plain_client
from chassis.telemetry import continue_trace
from tests.making.applications import some_settings

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


class Hub:
    """A fake network with a token endpoint and one service."""

    def __init__(
        self, *answers: httpx.Response | Callable[[httpx.Request], httpx.Response]
    ) -> None:
        self.answers, self.asked, self.tokens = list(answers), list[httpx.Request](), 0
        self.token_answer: Callable[[], httpx.Response] = self._token
        self.forms: list[str] = []

    def _token(self) -> httpx.Response:
        body = {"access_token": f"t-{self.tokens}", "expires_in": 300}
        return httpx.Response(200, json=body)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/token":
            self.tokens += 1
            self.forms.append(request.content.decode())
            assert request.headers["authorization"].startswith("Basic ")
            return self.token_answer()
        self.asked.append(request)
        answer = self.answers.pop(0) if self.answers else httpx.Response(200, json={"ok": True})
        return answer(request) if callable(answer) else answer

    @asynccontextmanager
    async def calls(self) -> AsyncIterator[Outcalls]:
        where = {"referral": "https://referral.example/", "handover": "https://handover.example"}
        async with Outcalls(some_settings(), where, httpx.MockTransport(self)) as calls:
            yield calls


@pytest.fixture(autouse=True)
def _at_once() -> Any:
    with stamina.set_testing(True, attempts=3):
        yield


def refuse(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


def hang(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("slow", request=request)


async def test_a_call_says_who_asks_for_what_purpose_in_which_trace() -> None:
    hub = Hub()
    with continue_trace(f"00-{TRACE}-00f067aa0ba902b7-01", "handles"):
        async with hub.calls() as calls:
            told = await calls.get("referral", "/internal/people/1", "letter_address")
    (request,) = hub.asked
    assert told == {"ok": True}
    assert str(request.url) == "https://referral.example/internal/people/1"
    assert request.headers["authorization"] == "Bearer t-1"
    assert request.headers["kinbridge-purpose"] == "letter_address"
    assert request.headers["traceparent"].split("-")[1] == TRACE
    assert hub.forms == ["grant_type=client_credentials&audience=kinbridge-referral"]


async def test_a_post_carries_its_body_and_its_key() -> None:
    hub = Hub(httpx.Response(204))
    async with hub.calls() as calls:
        told = await calls.post("referral", "/x", "agreement_check", {"a": 1}, idempotency_key="k")
    assert told == {}
    assert json.loads(hub.asked[0].content) == {"a": 1}
    assert hub.asked[0].headers["idempotency-key"] == "k"


async def test_a_token_is_kept_per_audience_until_it_is_near_its_end() -> None:
    hub = Hub()
    async with hub.calls() as calls:
        await asyncio.gather(*(calls.get("referral", "/x", "handover_pack") for _ in range(5)))
        assert hub.tokens == 1
        await calls.get("handover", "/x", "handover_pack")
        assert hub.tokens == 2


async def test_a_short_token_is_renewed_in_time() -> None:
    hub = Hub()
    hub.token_answer = lambda: httpx.Response(200, json={"access_token": "t", "expires_in": 0})
    async with hub.calls() as calls:
        await calls.get("referral", "/x", "handover_pack")
        await calls.get("referral", "/x", "handover_pack")
    assert hub.tokens == 2


async def test_a_token_that_is_no_longer_believed_is_replaced_once() -> None:
    hub = Hub(httpx.Response(401))
    async with hub.calls() as calls:
        assert await calls.get("referral", "/x", "handover_pack") == {"ok": True}
        assert [r.headers["authorization"] for r in hub.asked] == ["Bearer t-1", "Bearer t-2"]
        hub.answers = [httpx.Response(401), httpx.Response(401)]
        with pytest.raises(TryLaterError):
            await calls.get("referral", "/x", "handover_pack")


@pytest.mark.parametrize(
    "answer",
    [
        *(httpx.Response(status) for status in (408, 425, 429, 500, 502, 503, 504)),
        httpx.Response(200, text="<html>a proxy's page"),
        httpx.Response(200, json=["no object"]),
        hang,
    ],
    ids=range(10),
)
async def test_what_passes_by_itself_is_try_later(answer: Any) -> None:
    hub = Hub(answer)
    async with hub.calls() as calls:
        with pytest.raises(TryLaterError):
            await calls.get("referral", "/x", "handover_pack")
    assert len(hub.asked) == 1


async def test_a_service_that_says_when_is_asked_then() -> None:
    async with Hub(httpx.Response(503, headers={"Retry-After": "40"})).calls() as calls:
        with pytest.raises(TryLaterError) as late:
            await calls.get("referral", "/x", "handover_pack")
    assert late.value.members == {"retry_after": 40}


@pytest.mark.parametrize("status", [302, 400, 403, 404, 409, 410, 422])
async def test_what_would_be_refused_again_is_for_a_person(status: int) -> None:
    body = {"type": "urn:kinbridge:problem:not-permitted", "detail": "Rowan Invented"}
    async with Hub(httpx.Response(status, json=body)).calls() as calls:
        with pytest.raises(ForAPersonError) as refusal:
            await calls.get("referral", "/x", "handover_pack")
    assert (refusal.value.service, refusal.value.status) == ("referral", status)
    assert refusal.value.refusal == "not-permitted"
    assert "Rowan" not in str(refusal.value)


async def test_only_a_connection_that_was_never_made_is_tried_again_at_once() -> None:
    hub = Hub(refuse, refuse)
    async with hub.calls() as calls:
        assert await calls.post("referral", "/x", "handover_pack", {}) == {"ok": True}
        assert len(hub.asked) == 3
        hub.answers = [refuse, refuse, refuse]
        with pytest.raises(TryLaterError):
            await calls.get("referral", "/x", "handover_pack")
    assert len(hub.asked) == 6


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(503),
        httpx.Response(401, json={"error": "invalid_client"}),
        httpx.Response(200, json={"token_type": "Bearer"}),
        httpx.Response(200, json=[]),
        httpx.Response(200, text="<html>"),
    ],
    ids=range(5),
)
async def test_without_a_token_nothing_is_asked_and_it_is_try_later(answer: Any) -> None:
    hub = Hub()
    hub.token_answer = lambda: answer
    async with hub.calls() as calls:
        with pytest.raises(TryLaterError):
            await calls.get("referral", "/x", "handover_pack")
    assert not hub.asked


@asynccontextmanager
async def a_real_server(*handlers: Any) -> AsyncIterator[str]:
    app = web.Application()
    for number, handler in enumerate(handlers):
        app.router.add_get(f"/{number}", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    yield f"http://{host}:{port}"
    await runner.cleanup()


async def cookie(request: web.Request) -> web.Response:
    seen = request.headers.get("cookie", "none")
    return web.Response(text=seen, headers={"Set-Cookie": "a=b"})


async def elsewhere(_request: web.Request) -> web.Response:
    raise web.HTTPFound("/0")


async def test_outside_parties_get_no_cookie_back_and_no_redirect_is_followed() -> None:
    async with a_real_server(cookie, elsewhere) as address, plain_client() as client:
        assert (await client.get(f"{address}/0")).text == "none"
        assert (await client.get(f"{address}/0")).text == "none"
        assert (await client.get(f"{address}/1")).status_code == 302


async def test_over_a_real_network_a_closed_port_is_try_later() -> None:
    async with a_real_server() as gone:
        pass
    async with Outcalls(some_settings(service_token_url=gone), {"referral": gone}) as calls:
        with pytest.raises(TryLaterError):
            await calls.get("referral", "/x", "handover_pack")


async def test_calls_are_made_only_between_start_and_stop() -> None:
    with pytest.raises(RuntimeError, match="async with"):
        await Outcalls(some_settings(), {"referral": "x"}).get("referral", "/x", "handover_pack")
