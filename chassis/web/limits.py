"""What a request may cost before anybody looked at it: size, JSON depth, and time to arrive."""

import asyncio
import re
from collections.abc import Collection, Iterator

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.facts import Fact, Malformed
from chassis.web.problems import TooLarge, TooSlow, problem, problem_of
from chassis.web.validation import SENTENCES

MOST_BYTES = 1_048_576
MOST_DEPTH = 32
SECONDS_TO_ARRIVE = 30.0
SAFE_HEADERS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")
_PARAMETER = re.compile(r"\{[^}]+\}")
_NULL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class Limits:
    """ASGI middleware: a JSON body is read, bounded and looked over once; any other is counted."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        most_bytes: int = MOST_BYTES,
        most_depth: int = MOST_DEPTH,
        seconds: float = SECONDS_TO_ARRIVE,
        own_reading: Collection[str] = (),
    ) -> None:
        """Stand before `app`; the routes of `own_reading`, as templates, read any body there is."""
        self._app, self._bytes, self._depth = app, most_bytes, most_depth
        self._seconds = seconds
        self._own_reading = [re.compile(_PARAMETER.sub("[^/]+", path)) for path in own_reading]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a bounded request on, or answer it with a problem."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        safe = _with_safe_headers(send)
        try:
            if self._announced(headers) > self._bytes:
                raise TooLarge
            if "json" in headers.get("content-type", ""):
                receive = await self._looked_over(receive, scope.get("path", ""))
            else:
                receive = self._counted(receive)
        except Fact as fact:
            await problem_of(fact)(scope, receive, safe)
            return
        except _UnfitJsonError as unfit:
            await unfit.answer()(scope, receive, safe)
            return
        await self._app(scope, receive, safe)

    def _announced(self, headers: Headers) -> int:
        length = headers.get("content-length", "0")
        return int(length) if length.isascii() and length.isdigit() else 0

    async def _looked_over(self, receive: Receive, path: str) -> Receive:
        messages, body = [], bytearray()
        try:
            async with asyncio.timeout(self._seconds):
                while True:
                    message = await receive()
                    messages.append(message)
                    body += message.get("body", b"")
                    if len(body) > self._bytes:
                        raise TooLarge
                    if not message.get("more_body", False):
                        break
        except TimeoutError:
            raise TooSlow from None
        if not any(own.fullmatch(path) for own in self._own_reading):
            look_over(bytes(body), self._depth)
        return _replayed(messages, receive)

    def _counted(self, receive: Receive) -> Receive:
        taken = 0

        async def counting() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._bytes:
                raise HTTPException(413)
            return message

        return counting


class _UnfitJsonError(Exception):
    """The JSON is something no route should be asked to parse."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind

    def answer(self) -> ASGIApp:
        """Say so as a field error of the whole body."""
        error = {"field": "", "error": self.kind, "message": SENTENCES[self.kind]}
        return problem(422, Malformed.slug, Malformed.title, error["message"], errors=[error])


def look_over(body: bytes, most_depth: int) -> None:
    """Refuse JSON nested too deeply for the parser, and text that PostgreSQL cannot hold.

    Raises:
        _UnfitJsonError: Names which.
    """
    if b"\\u0000" in body and _NULL.search(body):
        raise _UnfitJsonError("null_character")
    if body.count(b"[") + body.count(b"{") > most_depth and _deeper(body, most_depth):
        raise _UnfitJsonError("too_deep")


def _deeper(body: bytes, most_depth: int) -> bool:
    depth = 0
    for bracket in _brackets(_STRING.sub(b"", body)):
        depth += 1 if bracket in b"[{" else -1
        if depth > most_depth:
            return True
    return False


def _brackets(text: bytes) -> Iterator[bytes]:
    return (found.group() for found in _BRACKET.finditer(text))


def _replayed(messages: list[Message], receive: Receive) -> Receive:
    waiting = iter(messages)

    async def replay() -> Message:
        message = next(waiting, None)
        return await receive() if message is None else message

    return replay


def _with_safe_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SAFE_HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
