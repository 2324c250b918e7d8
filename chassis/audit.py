"""Who did, decided or read what: written with the work, and never changed afterwards."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

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


def audit_row(
    *,
    council: str,
    actor: WhoActs,
    action: str,
    subject: object,
    purpose: str | None = None,
    detail: Sequence[str] = (),
) -> dict[str, object]:
    """Give the audit row, for `record` or for a use case's one `save_...` statement.

    `detail` names fields or codes; it never holds their values.
    """
    return {
        "id": new_id(),
        "council": council,
        "actor": actor.subject,
        "actor_kind": actor.kind,
        "organisation": actor.organisation,
        "action": action,
        "subject": str(subject),
        "purpose": purpose,
        "detail": list(detail),
    }


async def record(
    conn: AsyncConnection,
    *,
    council: str,
    actor: WhoActs,
    action: str,
    subject: object,
    purpose: str | None = None,
    detail: Sequence[str] = (),
) -> None:
    """Write one audit row within the caller's transaction."""
    row = audit_row(
        council=council,
        actor=actor,
        action=action,
        subject=subject,
        purpose=purpose,
        detail=detail,
    )
    await conn.execute(insert(audit).values(row))


def history_row(
    *,
    council: str,
    life: str,
    subject: object,
    frm: str,
    may: str,
    then: str,
    actor: WhoActs,
    at: datetime,
    reason: str | None = None,
) -> dict[str, object]:
    """Give the history row of a step taken at field time `at`; `reason` is a code."""
    return {
        "id": new_id(),
        "council": council,
        "life": life,
        "subject": str(subject),
        "frm": frm,
        "may": may,
        "then": then,
        "actor": actor.subject,
        "at": at,
        "reason": reason,
    }


async def step_taken(
    conn: AsyncConnection,
    *,
    council: str,
    life: str,
    subject: object,
    frm: str,
    may: str,
    then: str,
    actor: WhoActs,
    at: datetime,
    reason: str | None = None,
) -> None:
    """Write one history row within the caller's transaction."""
    row = history_row(
        council=council,
        life=life,
        subject=subject,
        frm=frm,
        may=may,
        then=then,
        actor=actor,
        at=at,
        reason=reason,
    )
    await conn.execute(insert(history).values(row))
