"""The limit program: a bare psycopg loop in one process that stores the captured rows.

`python -m bench.limit <url> <file> <connections>`: the statement and its parameters are in the
file, ready made; each goes in by a commit of its own, over so many connections at once.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import uvloop


async def store(url: str, statement: str, rows: list[list[str]], connections: int) -> float:
    """Store everything and give the seconds that it took."""
    open_ = [await psycopg.AsyncConnection.connect(url) for _ in range(connections)]
    waiting = iter(rows)
    begun = time.perf_counter()

    async def work(conn: psycopg.AsyncConnection, mine: Iterator[list[str]]) -> None:
        for values in mine:
            await conn.execute(statement, values)
            await conn.commit()

    await asyncio.gather(*(work(conn, waiting) for conn in open_))
    seconds = time.perf_counter() - begun
    for conn in open_:
        await conn.close()
    return seconds


def main(url: str, file: Path, connections: int) -> None:
    """Read what to store, store it, and print the seconds."""
    told = json.loads(file.read_text())
    print(uvloop.run(store(url, told["statement"], told["parameters"], connections)))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
