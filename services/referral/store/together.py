"""Writes rows of many tables in one statement: one round trip between BEGIN and COMMIT."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

Rows = Sequence[Mapping[str, Any]]


class Together:
    """A statement of one INSERT per table, written once; each table's rows are one parameter.

    The parameter is JSON, which PostgreSQL reads into rows of that table. Plain inserts: a twin's
    key raises. In a statement of its own foreign keys are checked at the end, so the order does
    not matter. It goes to psycopg as it is and stays below 4,096 characters, beyond which psycopg
    reads a statement anew each time.
    """

    def __init__(self, columns: Mapping[Table, Sequence[str]]) -> None:
        """Name the columns written in each table; the others take their defaults."""
        parts = [_insert(table.name, names) for table, names in columns.items()]
        self._tables = [table.name for table in columns]
        self.statement = f"WITH {', '.join(parts)} SELECT 1"

    async def write(self, conn: AsyncConnection, rows: Mapping[Table, Rows]) -> None:
        """Write the rows, within the caller's transaction."""
        given = {table.name: _json(these) for table, these in rows.items()}
        values = {name: given.get(name, "[]") for name in self._tables}
        await conn.exec_driver_sql(self.statement, values)


def _insert(table: str, columns: Sequence[str]) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    return (
        f"w_{table} AS (INSERT INTO {table} ({names}) SELECT {names}"  # noqa: S608 - the names are our own
        f" FROM jsonb_populate_recordset(NULL::{table}, %({table})s::jsonb))"
    )


def _json(rows: Rows) -> str:
    """Write rows as JSON; bytes in PostgreSQL's own spelling."""
    plain = [{name: _plain(value) for name, value in row.items()} for row in rows]
    return to_json(plain).decode()


def _plain(value: object) -> object:
    return rf"\x{value.hex()}" if isinstance(value, bytes) else value
