"""What a request may cost before anybody looked at it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, Request, Response
from starlette.types import Message, Receive, Scope, Send

from chassis.web.limits import Limits, look_over
from tests.making.applications import an_application, calling

router = APIRouter()
PUBLIC = {"POST /bodies", "POST /json"}


@router.post("/bodies")
async def length(request: Request) -> int:
    return len(await request.body())


@router.post("/json")
async def whatever(body: dict[str, Any]) -> int:
    return len(body)


async def pieces(total: int) -> AsyncIterator[bytes]:
    for _ in range(total // 1000):
        yield b" " * 1000


async def sent(path: str, content: Any, kind: str = "application/json") -> Any:
    async with calling(an_application(router, public=PUBLIC)) as client:
        return await client.post(path, content=content, headers={"content-type": kind})


@pytest.mark.parametrize("kind", ["application/json", "application/pdf"])
@pytest.mark.parametrize("path", ["/bodies", "/json"])
async def test_too_large_a_body_is_refused_whether_announced_or_streamed(
    kind: str, path: str
) -> None:
    for content in (b" " * 1_048_577, pieces(1_100_000)):
        answer = await sent(path, content, kind)
        assert answer.status_code == 413
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_body_at_the_limit_arrives_whole() -> None:
    assert (await sent("/bodies", b" " * 1_048_576)).json() == 1_048_576
    assert (await sent("/bodies", pieces(1_000_000), "text/plain")).json() == 1_000_000


async def test_deep_json_is_refused_before_it_is_parsed() -> None:
    answer = await sent("/json", b'{"a":' * 33 + b"1" + b"}" * 33)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["error"] == "too_deep"
    assert (await sent("/json", b'{"a":' * 100_000)).status_code == 422


async def test_many_shallow_brackets_and_brackets_in_text_are_fine() -> None:
    assert (await sent("/json", b'{"a":[' + b"{}," * 99 + b"{}]}")).json() == 1
    assert (await sent("/json", b'{"a": "' + b"[{" * 99 + b'\\"[{"}')).json() == 1


@pytest.mark.parametrize("text", [rb"\u0000", rb"\\\u0000", rb"x\\\\\u0000"])
async def test_a_null_character_is_refused_because_no_database_text_can_hold_it(
    text: bytes,
) -> None:
    answer = await sent("/json", b'{"a": "' + text + b'"}')
    assert answer.json()["errors"][0]["error"] == "null_character"


def test_text_that_only_looks_like_a_null_character_is_fine() -> None:
    look_over(rb'{"a": "\\u0000", "b": "\u00001"}'.replace(rb"\u00001", rb"\\\\u0000"), 32)


async def test_a_body_that_says_it_is_too_large_is_not_read_at_all() -> None:
    async def unread() -> Message:
        raise AssertionError

    length = [(b"content-length", b"1048577")]
    assert await answered_by(Limits(_never_reached), unread, length) == 413


async def test_a_body_that_does_not_arrive_is_given_up() -> None:
    async def never() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    json = [(b"content-type", b"application/json")]
    assert await answered_by(Limits(_never_reached, seconds=0.01), never, json) == 408


async def answered_by(limits: Limits, receive: Receive, headers: list[tuple[bytes, bytes]]) -> int:
    answered: list[Message] = []

    async def send(message: Message) -> None:
        answered.append(message)

    await limits({"type": "http", "headers": headers}, receive, send)
    status: int = answered[0]["status"]
    return status


async def _never_reached(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise AssertionError


@pytest.mark.parametrize("body", [b'{"a": "\\u0000"}', b"[" * 40 + b"]" * 40])
async def test_a_route_that_reads_for_itself_gets_what_no_parser_takes(body: bytes) -> None:
    async def taken(scope: Scope, receive: Receive, send: Send) -> None:
        await Response(str(len((await receive())["body"])))(scope, receive, send)

    transport = httpx.ASGITransport(Limits(taken, own_reading=["/things/{thing_id}"]))
    headers = {"content-type": "application/json"}
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        ours = await client.post("/things/7", content=body, headers=headers)
        other = await client.post("/things/7/more", content=body, headers=headers)
    assert (ours.status_code, ours.text) == (200, str(len(body)))
    assert other.status_code == 422
