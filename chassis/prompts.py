"""Prompts: what a person is asked to do. Timers and messages raise them; people settle them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Index,
    Table,
    Text,
    Uuid,
    and_,
    case,
    func,
    select,
    text,
)
from sqlalchemy import update as sql_update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clocks import new_id
from chassis.database import metadata
from chassis.statements import changing, the

prompts = Table(
    "prompts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("council", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("about", Text, nullable=False, server_default=""),
    Column("role", Text, nullable=False),
    Column("assignee", Text, nullable=True),
    Column("urgent", Boolean, nullable=False, server_default="false"),
    Column("due_at", DateTime(timezone=True), nullable=True),
    Column("raised_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("taken_at", DateTime(timezone=True), nullable=True),
    Column("taken_by", Text, nullable=True),
    Column("settled_at", DateTime(timezone=True), nullable=True),
    Column("settled_by", Text, nullable=True),
    Column("outcome", Text, nullable=True),
    Index(
        "uq_prompts_open",
        "council",
        "kind",
        "subject",
        "about",
        unique=True,
        postgresql_where=text("settled_at IS NULL"),
    ),
    Index("ix_prompts_open", "council", "role", postgresql_where=text("settled_at IS NULL")),
)


@dataclass(frozen=True)
class Prompt:
    """One thing that one person, or one role, is asked to do; shown to its reader as it is.

    `kind` and `about` are codes and ids; nothing in it is a name.
    """

    id: UUID
    kind: str
    subject: str
    about: str
    role: str
    assignee: str | None
    urgent: bool
    due_at: datetime | None
    raised_at: datetime
    taken_at: datetime | None
    taken_by: str | None


SHOWN = [prompts.c[name] for name in Prompt.__dataclass_fields__]


def _asked_again(second: Any) -> dict[str, Any]:
    """Tell what a second asking makes of an open prompt."""
    return {
        "urgent": prompts.c.urgent | second.urgent,
        "due_at": func.least(prompts.c.due_at, second.due_at),
        "role": second.role,
        "assignee": second.assignee,
        **_taken_by_another(second.assignee),
    }


async def raise_prompt(
    conn: AsyncConnection,
    *,
    council: str,
    kind: str,
    subject: object,
    role: str,
    about: object = "",
    due: datetime | None = None,
    urgent: bool = False,
    assignee: str | None = None,
) -> None:
    """Ask a role, or one of its people, to do something; once while it is open.

    Asking again makes an open prompt urgent if the second asking is, and never less so; and it
    goes to whom the second asking names: nobody has taken it then.
    """
    statement = insert(prompts).values(
        id=new_id(),
        council=council,
        kind=kind,
        subject=str(subject),
        about=str(about),
        role=role,
        assignee=assignee,
        urgent=urgent,
        due_at=due,
    )
    await conn.execute(
        statement.on_conflict_do_update(
            index_elements=["council", "kind", "subject", "about"],
            index_where=text("settled_at IS NULL"),
            set_=_asked_again(statement.excluded),
        )
    )


async def hand_prompts_on(
    conn: AsyncConnection, *, council: str, subject: object, role: str, assignee: str
) -> None:
    """Put what one of a role was asked about a subject before another of that role."""
    theirs = and_(
        prompts.c.council == council,
        prompts.c.subject == str(subject),
        prompts.c.role == role,
        prompts.c.assignee != assignee,
        prompts.c.settled_at.is_(None),
    )
    handed = {"assignee": assignee, "taken_at": None, "taken_by": None}
    await conn.execute(sql_update(prompts).where(theirs).values(handed))


async def untake_prompts(
    conn: AsyncConnection, *, council: str, subject: object, kinds: Collection[str]
) -> None:
    """Say that something new has happened: who took these open prompts has not taken that."""
    theirs = and_(
        prompts.c.council == council,
        prompts.c.subject == str(subject),
        prompts.c.kind.in_(list(kinds)),
        prompts.c.settled_at.is_(None),
    )
    await conn.execute(sql_update(prompts).where(theirs).values(taken_at=None, taken_by=None))


def _taken_by_another(assignee: ColumnElement[str]) -> dict[str, ColumnElement[object]]:
    """Keep who is on a prompt only while it is asked of the same person."""
    same = prompts.c.assignee.is_not_distinct_from(assignee)
    return {name: case((same, prompts.c[name])) for name in ("taken_at", "taken_by")}


async def settle_prompts(
    conn: AsyncConnection,
    *,
    council: str,
    subject: object,
    kind: str | None = None,
    about: object | None = None,
    outcome: str,
    by: str,
) -> None:
    """Settle the open prompts on a subject, of one kind or of all."""
    which = {"subject": str(subject)}
    if kind is not None:
        which["kind"] = kind
    if about is not None:
        which["about"] = str(about)
    open_ones = changing(prompts, *which).where(prompts.c.settled_at.is_(None))
    told = {"settled_by": by, "outcome": outcome, **the(council, **which)}
    await conn.execute(open_ones.values(settled_at=func.now()), told)


async def open_prompts(
    conn: AsyncConnection, *, council: str, roles: Collection[str], subject: str | None = None
) -> list[Prompt]:
    """Read the open prompts of some roles, the urgent and the earliest due first."""
    statement = (
        select(*SHOWN)
        .where(
            prompts.c.council == council,
            prompts.c.settled_at.is_(None),
            prompts.c.role.in_(list(roles)),
        )
        .order_by(prompts.c.urgent.desc(), prompts.c.due_at.nulls_last(), prompts.c.id)
        .limit(200)
    )
    if subject is not None:
        statement = statement.where(prompts.c.subject == subject)
    return [Prompt(*row) for row in await conn.execute(statement)]


async def one_prompt(conn: AsyncConnection, *, council: str, prompt_id: UUID) -> Prompt | None:
    """Read one open prompt and hold it until the transaction ends."""
    statement = (
        select(*SHOWN)
        .where(
            prompts.c.council == council,
            prompts.c.id == prompt_id,
            prompts.c.settled_at.is_(None),
        )
        .with_for_update()
    )
    row = (await conn.execute(statement)).first()
    return Prompt(*row) if row else None


async def take_prompt(conn: AsyncConnection, *, council: str, prompt_id: UUID, by: str) -> None:
    """Note who is on it."""
    await conn.execute(
        sql_update(prompts)
        .where(prompts.c.council == council, prompts.c.id == prompt_id)
        .values(taken_at=func.now(), taken_by=by)
    )


async def settle_prompt(
    conn: AsyncConnection, *, council: str, prompt_id: UUID, outcome: str, by: str
) -> None:
    """Settle one prompt with what came of it, as a code."""
    await conn.execute(
        sql_update(prompts)
        .where(prompts.c.council == council, prompts.c.id == prompt_id)
        .values(settled_at=func.now(), settled_by=by, outcome=outcome)
    )
