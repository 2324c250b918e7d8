"""A request that changes something and may come twice: with an Idempotency-Key it is done once.

Who got no answer cannot know whether it was done, and asks again.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Header, Request
from pydantic import BaseModel, SecretStr
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis.web.idempotency import Answer, Scope, digest, once
from chassis.web.identity import Actor

Shown = TypeVar("Shown", bound=BaseModel)
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="Your own reference for this request: sent again, it gets the first answer.",
    ),
]


@dataclass(frozen=True)
class Asking:
    """One request: what it asks for, under which key if any, and the body that it brought."""

    engine: AsyncEngine
    secret: SecretStr
    operation: str
    key: str | None
    body: bytes

    async def do(
        self,
        actor: Actor,
        shown: type[Shown],
        work: Callable[[AsyncConnection], Awaitable[Shown]],
    ) -> Shown:
        """Do the work in one transaction, committed before the answer; once per key.

        Raises:
            KeyReusedWithAnotherBody: The key came before with another body.
            TwinRunning: The same key is being worked on at this moment.
        """
        if self.key is None:
            async with self.engine.begin() as conn:
                return await work(conn)

        async def kept(conn: AsyncConnection) -> tuple[int, Answer]:
            return 200, (await work(conn)).model_dump(mode="json")

        scope = Scope.of(actor, self.operation, self.key)
        stands_for = digest(self.body or b"{}", self.secret)
        answer = await once(self.engine, scope, stands_for, kept)
        return shown.model_validate(answer.answer)


async def asking(request: Request, key: IdempotencyKey = None) -> Asking:
    """Read what stands for the request."""
    state, operation = request.app.state, f"{request.method} {request.url.path}"
    secret = state.settings.idempotency_key
    return Asking(state.room.engine, secret, operation, key, await request.body())


TheAsking = Annotated[Asking, Depends(asking)]
