"""No request may be larger than the configuration says: the simulators keep what they are sent.

The chassis has a fuller guard for services; it would cost this small process half its memory again.
"""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """Pure ASGI: counts the bytes of a body as they come and answers 413 past the limit."""

    def __init__(self, app: ASGIApp, most_bytes: int) -> None:
        """Guard `app`."""
        self._app = app
        self._most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with a body that refuses to go past the limit."""
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._most_bytes:
                raise HTTPException(413, "too large")
            return message

        await self._app(scope, counted if scope["type"] == "http" else receive, send)
