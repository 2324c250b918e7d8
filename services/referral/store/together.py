"""Writes rows of many tables in one statement: one round trip between BEGIN and COMMIT."""

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, LargeBinary, Table, TextClause, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]

Rows = Sequence[Mapping[str, Any]]


class Together:
    """A statement of one INSERT per table, compiled once; each table's rows are one parameter.

    The parameter is JSON, read by `jsonb_to_recordset`. Plain inserts: a twin's key raises. In
    a statement of its own foreign keys are checked at the end, so the order does not matter.
    """

    def __init__(self, columns: Mapping[Table, Sequence[str]]) -> None:
        """Name the columns written in each table; the others take their defaults."""
        parts = [
            _insert(table, [table.c[name] for name in names]) for table, names in columns.items()
        ]
        self._tables = [table.name for table in columns]
        self.statement: TextClause = text(f"WITH {', '.join(parts)} SELECT 1")

    async def write(self, conn: AsyncConnection, rows: Mapping[Table, Rows]) -> None:
        """Write the rows, within the caller's transaction."""
        given = {table.name: _json(these) for table, these in rows.items()}
        await conn.execute(self.statement, {name: given.get(name, "[]") for name in self._tables})


def _insert(table: Table, columns: Sequence[Column[Any]]) -> str:
    names = ", ".join(f'"{column.name}"' for column in columns)
    read = ", ".join(_read(column) for column in columns)
    shape = ", ".join(f'"{column.name}" {_shape(column)}' for column in columns)
    return (
        f"w_{table.name} AS (INSERT INTO {table.name} ({names}) SELECT {read}"  # noqa: S608 - the names are our own
        f" FROM jsonb_to_recordset(CAST(:{table.name} AS jsonb)) AS r({shape}))"
    )


def _read(column: Column[Any]) -> str:
    if isinstance(column.type, LargeBinary):
        return f"decode(r.\"{column.name}\", 'base64')"
    return f'r."{column.name}"'


def _shape(column: Column[Any]) -> str:
    return "text" if isinstance(column.type, LargeBinary) else column.type.compile(_DIALECT)


def _json(rows: Rows) -> str:
    return json.dumps([dict(row) for row in rows], default=_plain, ensure_ascii=False)


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, datetime) else str(value)
