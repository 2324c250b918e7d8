"""The crossing between a service and PostgreSQL: everything passes, until a moment has come.

The service itself is untouched: it is ended from outside, by its process, while one message of
its own is held on the wire. So "before the commit" and "after the commit" are exactly that.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Self

from tests.faults.moments import Moment, Watch
from tests.faults.wire import FrontendReader

CHUNK = 65_536
Kill = Callable[[Moment], Awaitable[None]]


class EndedHere(Exception):  # noqa: N818 - named for the fact
    """The service was ended; nothing more of this connection passes."""


class Crossing:
    """One service's way to PostgreSQL: a port that leads to the server's.

    Args:
        moments: The moments at which this service ends.
        kill: Ends it.
    """

    def __init__(self, moments: list[Moment], kill: Kill) -> None:
        self._moments, self._kill = moments, kill
        self._server_port = 0
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        """The port that the service is told."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    def leads_to(self, server_port: int) -> None:
        """Lead to the PostgreSQL that listens on this port."""
        self._server_port = server_port

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._come, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _come(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            await self._pass(near, back)
        except asyncio.CancelledError:  # the drill is over; asyncio would log it
            pass
        finally:
            self._open.discard(task)
            back.transport.abort()

    async def _pass(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        try:
            far, on = await asyncio.open_connection("127.0.0.1", self._server_port)
        except OSError:
            return
        passing = _Passing(Watch(self._moments), self._kill)
        both = (passing.there(near, on), passing.and_back(far, back))
        ways = [asyncio.create_task(way) for way in both]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            on.transport.abort()


class _Passing:
    """One connection, both ways."""

    def __init__(self, watch: Watch, kill: Kill) -> None:
        self._watch, self._kill = watch, kill
        self._reader = FrontendReader()
        self._when_answered: Moment | None = None

    async def there(self, near: asyncio.StreamReader, on: asyncio.StreamWriter) -> None:
        """Carry what the service says, unless its moment has come."""
        with suppress(ConnectionError, EndedHere):
            while data := await near.read(CHUNK):
                passed = bytearray()
                for message in self._reader.feed(data):
                    if moment := self._watch.before(message):
                        await self._end(moment)
                    self._when_answered = self._watch.after(message) or self._when_answered
                    passed += message.raw
                on.write(bytes(passed))
                await on.drain()

    async def and_back(self, far: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        """Carry what PostgreSQL answers; a service that ends after its commit never hears it."""
        with suppress(ConnectionError, EndedHere):
            while data := await far.read(CHUNK):
                if self._when_answered:
                    await self._end(self._when_answered)
                back.write(data)
                await back.drain()

    async def _end(self, moment: Moment) -> None:
        await self._kill(moment)
        raise EndedHere
