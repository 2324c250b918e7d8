"""A fresh database for a test: cloned in a tenth of a second from one migrated per session."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Column, MetaData
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import make_url

from chassis.migrate import migrate

OWNER, APPLICATION, PASSWORD = "kinbridge_test_owner", "kinbridge_test_app", "invented"


@dataclass(frozen=True)
class ServiceDatabase:
    """One service's database, as its owner and as the application."""

    owner_url: str
    app_url: str


Fresh = Callable[[str], ServiceDatabase]


def _as(server: str, role: str, database: str) -> str:
    url = make_url(server).set(username=role, password=PASSWORD, database=database)
    return url.render_as_string(hide_password=False)


def _database(server: str, name: str) -> ServiceDatabase:
    return ServiceDatabase(_as(server, OWNER, name), _as(server, APPLICATION, name))


def make_roles(server: str) -> None:
    """Make the owner's and the application's role on a server, once."""
    with psycopg.connect(server, autocommit=True) as conn:
        for role in (OWNER, APPLICATION):
            known = conn.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
            if not known:
                conn.execute(
                    sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                        sql.Identifier(role), sql.Literal(PASSWORD)
                    )
                )


def make_database(server: str, template: str = "template1") -> ServiceDatabase:
    """Make a database of its own name from a template."""
    name = f"kb_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                *map(sql.Identifier, (name, OWNER, template))
            )
        )
    return _database(server, name)


def migrated(server: str, service: str) -> str:
    """Make and migrate a template for a service ("" for the chassis alone); give its name."""
    made = make_database(server)
    migrate(service, made.owner_url, made.app_url)
    return make_url(made.owner_url).database or ""


@pytest.fixture(scope="session")
def fresh_database(postgres_server: str) -> Fresh:
    """Give a function that makes a fresh database for a service named; "" for the chassis alone."""
    make_roles(postgres_server)
    templates: dict[str, str] = {}

    def fresh(service: str) -> ServiceDatabase:
        if service not in templates:
            templates[service] = migrated(postgres_server, service)
        return make_database(postgres_server, templates[service])

    return fresh


COLUMNS = """
SELECT attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute
 WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped
"""


def differences(owner_url: str, metadata: MetaData) -> list[str]:
    """Compare tables in the code with those in a database: missing, other columns, other types."""
    found: list[str] = []
    with psycopg.connect(owner_url) as conn:
        for table in metadata.sorted_tables:
            there = {(n, t, f) for n, t, f in conn.execute(COLUMNS, (f'"{table.name}"',))}
            here = {(c.name, _type(c), not c.nullable) for c in table.columns}
            found += [f"{table.name}: {each}" for each in sorted(there ^ here)]
    return found


def _type(column: Column[Any]) -> str:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy leaves it bare
    name = column.type.compile(dialect=dialect).lower()
    return {"varchar": "character varying"}.get(name, name)


@pytest.fixture(scope="module")
def template(fresh_cluster: str) -> tuple[str, str]:
    """Migrate the chassis' tables once, in a cluster of this module's own.

    Who else works in a cluster holds back the relay's horizon.
    """
    make_roles(fresh_cluster)
    return fresh_cluster, migrated(fresh_cluster, "")


@pytest.fixture
def database(template: tuple[str, str]) -> ServiceDatabase:
    """Clone it."""
    return make_database(*template)
