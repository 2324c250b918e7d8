"""The one line that a request leaves in the log, and its part in a trace."""

import asyncio
import json
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends
from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse
from starlette.types import Message

from chassis.logs import set_up_logs
from chassis.telemetry import current_traceparent
from chassis.web.identity import Actor, staff
from tests.making.applications import an_application, calling
from tests.making.issuers import Issuer

SOUTHEND = Issuer()
inner = APIRouter(prefix="/people")


@inner.get("/{person}")
async def person(person: str, _actor: Annotated[Actor, Depends(staff())]) -> str | None:
    assert person
    return current_traceparent()


@inner.get("/{person}/leaving")
async def leaving(_actor: Annotated[Actor, Depends(staff())]) -> None:
    raise ClientDisconnect


@inner.get("/{person}/pages")
async def pages(_actor: Annotated[Actor, Depends(staff())]) -> StreamingResponse:
    def cut_short() -> Iterator[bytes]:
        yield b"first"
        raise ValueError("Rowan Invented")

    return StreamingResponse(cut_short())


router = APIRouter()
router.include_router(inner, prefix="/v1")


@pytest.fixture
def lines() -> list[str]:
    written: list[str] = []
    set_up_logs("invented", write=written.append)
    return written


async def get(path: str, **headers: str) -> Any:
    async with calling(an_application(router, SOUTHEND)) as client:
        return await client.get(path, headers=SOUTHEND.bearer() | headers)


async def test_the_line_names_the_whole_template_and_the_council(lines: list[str]) -> None:
    await get("/v1/people/rowan?name=invented")
    line = json.loads(lines[-1])
    assert line["event"] == "request"
    assert (line["method"], line["route"]) == ("GET", "/v1/people/{person}")
    assert (line["status"], line["council"], line["kind"]) == (200, "southend", "staff")
    assert line["ms"] >= 0
    assert len(line["trace_id"]) == 32
    assert "rowan" not in "".join(lines)
    assert "w-1001" not in "".join(lines)
    assert "invented" not in lines[-1].replace('"service": "invented"', "")


async def test_a_request_goes_on_with_the_trace_it_came_with() -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    answer = await get("/v1/people/x", traceparent=f"00-{trace}-00f067aa0ba902b7-01")
    assert answer.json().split("-")[1] == trace
    assert answer.json().split("-")[2] != "00f067aa0ba902b7"


async def test_a_malformed_trace_begins_a_new_one() -> None:
    answer = await get("/v1/people/x", traceparent="00-zz-1-01")
    assert len(answer.json().split("-")[1]) == 32


async def sent_by(path: str) -> list[Message]:
    """Call the application as a server does; httpx's transport insists on a whole answer."""
    messages: list[Message] = []

    async def send(message: Message) -> None:
        messages.append(message)

    asked: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Message:
        return asked.pop() if asked else await asyncio.Future()

    headers = [(k.lower().encode(), v.encode()) for k, v in SOUTHEND.bearer().items()]
    scope = {"type": "http", "method": "GET", "path": path, "headers": headers}
    app = an_application(router, SOUTHEND)
    await app({**scope, "query_string": b"", "root_path": ""}, receive, send)
    return messages


async def test_a_caller_who_left_is_not_our_mistake(lines: list[str]) -> None:
    assert not await sent_by("/v1/people/x/leaving")
    assert json.loads(lines[-1])["status"] == 499


async def test_an_answer_cut_short_stays_short_and_is_logged_as_our_mistake(
    lines: list[str],
) -> None:
    messages = await sent_by("/v1/people/x/pages")
    assert [message.get("body") for message in messages] == [None, b"first"]
    assert json.loads(lines[-1])["status"] == 500
    assert "Rowan" not in "".join(lines)


async def test_an_invented_method_makes_no_measure_of_its_own(lines: list[str]) -> None:
    async with calling(an_application(router, SOUTHEND)) as client:
        await client.request("ROWAN", "/v1/people/x")
    assert json.loads(lines[-1])["method"] == "OTHER"


async def test_the_probes_leave_no_line_while_all_is_well(lines: list[str]) -> None:
    health = APIRouter()
    health.get("/health/live")(lambda: True)
    async with calling(an_application(health)) as client:
        assert (await client.get("/health/live")).status_code == 200
    assert not lines
