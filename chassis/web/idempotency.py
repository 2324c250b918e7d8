"""What is asked twice is done once: the record is written with the work, in its transaction."""

import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from psycopg import errors as pg
from pydantic import SecretStr
from sqlalchemy import Column, DateTime, Integer, LargeBinary, Table, Text, delete, insert, select
from sqlalchemy import text as sql_text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis.database import metadata
from chassis.facts import Malformed, NotAllowed, TwinRunning
from chassis.web.identity import Actor

Answer = Mapping[str, Any]

idempotency = Table(
    "idempotency",
    metadata,
    Column("council", Text, primary_key=True),
    Column("organisation", Text, primary_key=True),
    Column("operation", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("body_hmac", LargeBinary, nullable=False),
    Column("status", Integer, nullable=False),
    Column("answer", JSONB, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=sql_text("now()")),
)


class KeyReusedWithAnotherBody(NotAllowed):
    """The key came before with another body; nothing was done with this one (409)."""

    slug = "key-reused-with-another-body"
    title = "This Idempotency-Key was used before with a different body"


@dataclass(frozen=True)
class Scope:
    """Within what a key is one key."""

    council: str
    organisation: str
    operation: str
    key: str

    @classmethod
    def of(cls, actor: Actor, operation: str, key: str, council: str = "") -> Self:
        """Scope a key to who asks; two workers of one council do not share theirs.

        `council` is the resource's, for a service that speaks for no council itself.
        """
        who = {"staff": f"staff:{actor.subject}", "service": f"service:{actor.client}"}
        return cls(
            actor.council or council, who.get(actor.kind, actor.organisation), operation, key
        )


@dataclass(frozen=True)
class Kept:
    """The first answer to a key, and what stands for the body that it answered."""

    body_hmac: bytes
    status: int
    answer: dict[str, Any]
    again: bool = True
    """Whether the work had been done before: a replay, of which a route may say so."""

    def for_body(self, body_hmac: bytes) -> Self:
        """Give the first answer again, to the same body alone.

        Raises:
            KeyReusedWithAnotherBody: The body is another.
        """
        if not hmac.compare_digest(self.body_hmac, body_hmac):
            raise KeyReusedWithAnotherBody
        return self


def digest(body: bytes, secret: SecretStr) -> bytes:
    """Stand for a JSON body without keeping it: spacing and the order of members do not count.

    Raises:
        Malformed: It is not JSON.
    """
    try:
        read = json.loads(body)
    except ValueError:
        raise Malformed("The body is not valid JSON.") from None
    plain = json.dumps(read, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hmac.digest(secret.get_secret_value().encode(), plain.encode(), "sha256")


def row(scope: Scope, body_hmac: bytes, status: int, answer: Answer) -> dict[str, Any]:
    """Give the record, for `keep` or for a use case's one `save_...` statement."""
    told = {"body_hmac": body_hmac, "status": status, "answer": dict(answer)}
    return asdict(scope) | told


async def find(conn: AsyncConnection, scope: Scope) -> Kept | None:
    """Find the first answer to this key, if its work was committed."""
    columns = idempotency.c
    statement = select(columns.body_hmac, columns.status, columns.answer).where(
        *(columns[name] == value for name, value in asdict(scope).items())
    )
    found = (await conn.execute(statement)).first()
    return Kept(bytes(found.body_hmac), found.status, found.answer) if found else None


async def keep(
    conn: AsyncConnection, scope: Scope, body_hmac: bytes, status: int, answer: Answer
) -> None:
    """Write the record within the caller's transaction; a twin's key is a unique violation."""
    await conn.execute(insert(idempotency).values(row(scope, body_hmac, status, answer)))


async def once(
    engine: AsyncEngine,
    scope: Scope,
    body_hmac: bytes,
    work: Callable[[AsyncConnection], Awaitable[tuple[int, Answer]]],
    *,
    work_keeps: bool = False,
    look_first: bool = True,
) -> Kept:
    """Do the work and keep its answer in one transaction, or give the first answer again.

    Args:
        engine: Where the transaction is opened, and committed before this returns.
        scope: Within what the key is one key.
        body_hmac: From `digest`.
        work: Answers a status and a body; its refusals keep nothing.
        work_keeps: The work writes `row(...)` itself, in its one statement.
        look_first: False saves a statement where keys hardly ever come twice.

    Raises:
        KeyReusedWithAnotherBody: The key came before with another body.
        TwinRunning: The same key is being worked on at this moment.
    """
    try:
        async with engine.begin() as conn:
            if look_first and (kept := await find(conn, scope)) is not None:
                return kept.for_body(body_hmac)
            status, answer = await work(conn)
            if not work_keeps:
                await keep(conn, scope, body_hmac, status, answer)
    except IntegrityError as error:
        if not _names_our_table(error):
            raise
        return (await _twins(engine, scope)).for_body(body_hmac)
    except OperationalError as error:
        if _waited_for_twin(error):
            raise TwinRunning from None
        raise
    return Kept(body_hmac, status, dict(answer), again=False)


async def _twins(engine: AsyncEngine, scope: Scope) -> Kept:
    """Find what a twin that finished first has kept."""
    async with engine.connect() as conn:
        kept = await find(conn, scope)
    if kept is None:
        raise TwinRunning
    return kept


async def forget_before(conn: AsyncConnection, moment: datetime) -> int:
    """Delete the records older than a wall-clock moment, and tell how many."""
    return (
        await conn.execute(delete(idempotency).where(idempotency.c.created_at < moment))
    ).rowcount


def _names_our_table(error: DBAPIError) -> bool:
    cause = error.orig
    return isinstance(cause, pg.UniqueViolation) and cause.diag.table_name == idempotency.name


def _waited_for_twin(error: DBAPIError) -> bool:
    """Tell a wait for a twin's key from a wait for any other lock: the former names our table."""
    cause = error.orig
    return isinstance(cause, pg.LockNotAvailable) and idempotency.name in (cause.diag.context or "")
