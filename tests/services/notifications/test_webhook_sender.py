"""The webhook's own way out, over real sockets: what it sends, what it reads, where it refuses."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from services.notifications.outbound.seals import new_secret
from services.notifications.outbound.webhook import Answer, PublicResolver, WebhookSender

AT = datetime(2026, 11, 2, 9, 15, tzinfo=UTC)
ENDLESS = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1000\r\n" + b"x" * 4096 + b"\r\n"
)


@asynccontextmanager
async def a_receiver(
    answer: bytes, *, endless: bool = False
) -> AsyncIterator[tuple[str, bytearray]]:
    """Listen on a port of this machine, keep what comes, and answer with these bytes."""
    came = bytearray()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.extend(await reader.readuntil(b"\r\n\r\n"))
        came.extend(await reader.read(4096))
        writer.write(answer)
        try:
            while endless:
                writer.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")
                await writer.drain()
        except ConnectionError:
            pass
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hooks", came


async def sent(url: str, *, production: bool = False, seconds: float = 5) -> Answer:
    sender = WebhookSender(production=production, seconds=seconds, at_once=4)
    async with sender as open_sender:
        return await open_sender.send(url, "d-1", AT, {"milestone": "received"}, [new_secret()])


async def test_a_receiver_gets_one_signed_json_document_and_no_cookie() -> None:
    async with a_receiver(b"HTTP/1.1 204 No Content\r\nSet-Cookie: a=b\r\n\r\n") as (url, came):
        answer = await sent(url)
    assert answer.taken
    text = came.decode().lower()
    assert "webhook-id: d-1" in text
    assert "webhook-signature: v1," in text
    assert '{"milestone":"received"}' in text
    assert "cookie" not in text


async def test_a_receiver_that_never_stops_answering_costs_us_little() -> None:
    async with a_receiver(ENDLESS, endless=True) as (url, _):
        answer = await asyncio.wait_for(sent(url), 10)
    assert answer == Answer(200)


async def test_a_receiver_that_says_nothing_is_given_up_in_time() -> None:
    async with a_receiver(b"") as (url, _):
        answer = await sent(url, seconds=0.5)
    assert answer.status is None
    assert answer.trouble


async def test_nobody_there_is_an_answer_too() -> None:
    async with a_receiver(b"") as (url, _):
        pass
    assert (await sent(url)).status is None


async def test_in_production_this_machine_is_never_called() -> None:
    async with a_receiver(b"HTTP/1.1 204 No Content\r\n\r\n") as (url, came):
        answer = await sent(url.replace("http:", "https:"), production=True)
    assert answer == Answer(None, "address refused")
    assert not came


async def test_a_public_name_that_leads_inside_is_refused_as_the_connection_is_made() -> None:
    with pytest.raises(OSError, match="not a public address"):
        await PublicResolver(production=True).resolve("localhost", 443)
    assert await PublicResolver(production=False).resolve("localhost", 443)
