"""The limit program: a bare psycopg loop in one process that stores the captured rows.

`python -m bench.limit <url> <file> <connections>`: the statement and its parameters are in the
file, ready made; each goes in by a commit of its own, over so many connections at once, a thread
for each: that is a fifth faster than psycopg's asyncio.
"""

import json
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg


def store(url: str, statement: str, rows: list[list[str]], connections: int) -> float:
    """Store everything and give the seconds that it took."""
    open_ = [psycopg.connect(url) for _ in range(connections)]
    waiting, one_takes = iter(rows), threading.Lock()

    def mine() -> Iterator[list[str]]:
        while True:
            with one_takes:
                values = next(waiting, None)
            if values is None:
                return
            yield values

    def work(conn: psycopg.Connection) -> None:
        for values in mine():
            conn.execute(statement, values)
            conn.commit()

    threads = [threading.Thread(target=work, args=(conn,)) for conn in open_]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - begun


def main(url: str, file: Path, connections: int) -> None:
    """Read what to store, store it, and print the seconds."""
    told = json.loads(file.read_text())
    print(store(url, told["statement"], told["parameters"], connections))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
