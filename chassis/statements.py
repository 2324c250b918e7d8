"""Statements written once: to build one anew takes longer than PostgreSQL takes to run it.

What is asked by key has one shape here; the values come with the execution, as SQLAlchemy's cache
wants it. All of them are narrowed to a council.
"""

from functools import cache
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Table, Update, and_, bindparam, select, update


@cache
def reading(columns: tuple[Column[Any], ...], *keys: str, hold: bool = False) -> Select[Any]:
    """Read these columns of a council's rows by key; `hold` keeps them for the transaction."""
    asked = select(*columns).where(_named(columns[0].table, keys))
    return asked.with_for_update() if hold else asked


@cache
def changing(table: Table, *keys: str) -> Update:
    """Change a council's rows by key: what to is given with the execution, beside `the(...)`."""
    return update(table).where(_named(table, keys))


def the(council: str, **keys: object) -> dict[str, object]:
    """Say which rows a statement is about."""
    return {"the_council": council, **{f"the_{name}": value for name, value in keys.items()}}


def _named(table: Any, keys: tuple[str, ...]) -> ColumnElement[bool]:
    named = (table.c[name] == bindparam(f"the_{name}", type_=table.c[name].type) for name in keys)
    return and_(table.c.council == bindparam("the_council"), *named)
