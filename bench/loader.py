"""A process of its own that refers families over keep-alive connections and tells how it went.

`python -m bench.loader <url> <name> <count> <connections> <rate>`, the token on standard input.
Plain asyncio on bytes made before the clock starts: the loader shares the machine with what it
loads, and should cost little of it.
"""

import asyncio
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

import uvloop

from bench.family import body

Numbered = Iterator[tuple[int, bytes]]
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


def request(host: str, token: str, reference: str) -> bytes:
    """Write one whole request."""
    content = body(reference)
    head = (
        f"POST /referrals HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n"
        f"Idempotency-Key: {reference}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: bytes) -> str:
    """Send one request, read the whole answer and give its status."""
    writer.write(asked)
    head = await reader.readuntil(b"\r\n\r\n")
    found = LENGTH.search(head)
    await reader.readexactly(int(found[1]) if found else 0)
    return head[9:12].decode()


async def load(url: str, requests: list[bytes], connections: int, rate: float) -> dict[str, object]:
    """Send every request once, spread over the connections."""
    place = urlsplit(url)
    answers: Counter[str] = Counter()
    spent: list[float] = []
    waiting = iter(enumerate(requests))
    lines = [await asyncio.open_connection(place.hostname, place.port) for _ in range(connections)]
    begun = time.perf_counter()

    async def work(
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        mine: Iterator[tuple[int, bytes]],
    ) -> None:
        for number, asked in mine:
            if rate:
                await asyncio.sleep(begun + number / rate - time.perf_counter())
            at = time.perf_counter()
            answers[await ask(reader, writer, asked)] += 1
            spent.append(time.perf_counter() - at)
        writer.close()

    await asyncio.gather(*(work(*line, waiting) for line in lines))
    seconds = time.perf_counter() - begun
    spent.sort()
    p99 = spent[int(len(spent) * 0.99)]
    return {"seconds": seconds, "answers": answers, "p50": spent[len(spent) // 2], "p99": p99}


def main(given: list[str], token: str) -> None:
    """Make the requests, send them, and print what came of it."""
    url, name, count, connections, rate = given
    host = urlsplit(url).netloc
    requests = [request(host, token, f"{name}-{number}") for number in range(int(count))]
    print(json.dumps(uvloop.run(load(url, requests, int(connections), float(rate)))))


if __name__ == "__main__":
    main(sys.argv[1:], sys.stdin.read().strip())
