"""Who did, decided or read what: written with the work, and never changed afterwards."""

from collections.abc import Sequence
from datetime import datetime
from typing import NotRequired, Protocol, TypedDict, Unpack

from sqlalchemy import Column, DateTime, Index, Table, Text, Uuid, insert, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clocks import new_id
from chassis.database import metadata

audit = Table(
    "audit",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("council", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("actor_kind", Text, nullable=False),
    Column("organisation", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("purpose", Text, nullable=True),
    Column("detail", ARRAY(Text), nullable=False, server_default="{}"),
    Index("ix_audit_subject", "council", "subject"),
)

history = Table(
    "history",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("council", Text, nullable=False),
    Column("life", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("frm", Text, nullable=False),
    Column("may", Text, nullable=False),
    Column("then", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("reason", Text, nullable=True),
    Index("ix_history_subject", "council", "subject"),
)

_RECORD, _STEP = insert(audit), insert(history)


class WhoActs(Protocol):
    """What the audit asks of an actor; `chassis.web.identity.Actor` is one."""

    @property
    def subject(self) -> str:
        """The actor's own id with its issuer."""

    @property
    def kind(self) -> str:
        """Staff, agency, service or system."""

    @property
    def organisation(self) -> str:
        """The organisation it acts for."""


class Entry(TypedDict):
    """What one audit row tells. `detail` names fields or codes; it never holds their values."""

    council: str
    actor: WhoActs
    action: str
    subject: object
    purpose: NotRequired[str | None]
    detail: NotRequired[Sequence[str]]


class StepTaken(TypedDict):
    """What one history row tells: a step taken at field time `at`; `reason` is a code."""

    council: str
    life: str
    subject: object
    frm: str
    may: str
    then: str
    actor: WhoActs
    at: datetime
    reason: NotRequired[str | None]


def audit_row(**told: Unpack[Entry]) -> dict[str, object]:
    """Give the audit row, for `record` or for a use case's one `save_...` statement."""
    actor = told["actor"]
    return {
        "id": new_id(),
        "council": told["council"],
        "actor": actor.subject,
        "actor_kind": actor.kind,
        "organisation": actor.organisation,
        "action": told["action"],
        "subject": str(told["subject"]),
        "purpose": told.get("purpose"),
        "detail": list(told.get("detail", ())),
    }


async def record(conn: AsyncConnection, **told: Unpack[Entry]) -> None:
    """Write one audit row within the caller's transaction."""
    await conn.execute(_RECORD, audit_row(**told))


def history_row(**told: Unpack[StepTaken]) -> dict[str, object]:
    """Give the history row, for `step_taken` or for a use case's one `save_...` statement."""
    row: dict[str, object] = {"id": new_id(), "reason": None, **told}
    return row | {"subject": str(told["subject"]), "actor": told["actor"].subject}


async def step_taken(conn: AsyncConnection, **told: Unpack[StepTaken]) -> None:
    """Write one history row within the caller's transaction."""
    await conn.execute(_STEP, history_row(**told))
