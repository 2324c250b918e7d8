"""No migration stands in the way of those who work: what it locks, it locks for a moment."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from chassis import migrate
from chassis.settings import ServiceSettings
from deploy.local.parts import SERVICES
from tests.making.databases import make_database, make_roles
from tests.making.waiting import eventually

SQUAWK = Path(sys.executable).with_name("squawk")
NOT_ABOUT_LOCKS = (
    "ban-drop-constraint",
    "ban-drop-not-null",
    "prefer-bigint-over-int",
    "prefer-bigint-over-smallint",
    "prefer-identity",
    "prefer-robust-stmts",
    "prefer-text-field",
    "prefer-timestamp-tz",
    "require-timeout-settings",
)
"""Rules of taste; two on what readers may rely on, which the stages pre and post are for; and two
that `chassis.migrate` keeps for every migration: one transaction each, which a failure undoes
whole, under a lock timeout."""

IN_ONE_TRANSACTION = "--assume-in-transaction"
Said = tuple[bool, str]
"""Whether a statement ran in its revision's transaction, and the statement."""


@contextmanager
def written_down() -> Iterator[dict[str, list[Said]]]:
    """Write down what each revision says to the database."""
    found: dict[str, list[Said]] = {}
    under_way: list[Said] = []

    def note(conn: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "alembic_version" in statement and statement.startswith(("INSERT", "UPDATE")):
            found[statement.split("'")[1]] = under_way.copy()
            under_way.clear()
        elif statement.lstrip().upper().startswith(("CREATE", "ALTER", "DROP", "LOCK", "UPDATE")):
            alone = conn.get_execution_options().get("isolation_level") == "AUTOCOMMIT"
            under_way.append((not alone, statement.strip().rstrip(";") + ";"))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def complaints(said: list[Said], folder: Path) -> str:
    """What the linter says of one revision on tables that are in use."""
    together = "\n".join(statement for in_transaction, statement in said if in_transaction)
    alone = [statement for in_transaction, statement in said if not in_transaction]
    return "".join(
        [
            _complaints(together, folder, IN_ONE_TRANSACTION),
            *(_complaints(statement, folder) for statement in alone),
        ]
    )


def _complaints(statements: str, folder: Path, *how: str) -> str:
    script = folder / "revision.sql"
    script.write_text(statements + "\n")
    told = subprocess.run(
        [SQUAWK, *how, "--pg-version=18", "-e", ",".join(NOT_ABOUT_LOCKS), script],
        capture_output=True,
        text=True,
        check=False,
    )
    return told.stdout + told.stderr if told.returncode else ""


@pytest.mark.postgres
@pytest.mark.parametrize("service", SERVICES)
def test_no_migration_locks_a_table_in_use_for_long(
    service: str, postgres_server: str, tmp_path: Path
) -> None:
    make_roles(postgres_server)
    database = make_database(postgres_server)
    with written_down() as revisions:
        ran = migrate.migrate(service, database.owner_url, database.app_url)
    assert set(ran) == set(revisions)
    found = {name: complaints(said, tmp_path) for name, said in revisions.items()}
    assert {name: said for name, said in found.items() if said} == {}


def test_a_migration_waits_for_a_lock_less_long_than_those_who_work() -> None:
    patience = ServiceSettings.model_fields["lock_timeout_ms"].default
    assert patience > 2 * migrate.LOCK_WAIT_MS


@pytest.mark.postgres
async def test_a_migration_lets_those_who_work_pass_and_tries_again(postgres_server: str) -> None:
    make_roles(postgres_server)
    database = make_database(postgres_server)
    migrate.migrate("", database.owner_url, database.app_url)
    with psycopg.connect(database.owner_url) as conn:
        conn.execute("UPDATE alembic_version SET version_num = 'c0002'")
    with psycopg.connect(database.app_url, autocommit=True) as looking:

        def waiting() -> bool:
            row = looking.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'outbox'::regclass"
            ).fetchone()
            return row != (0,)

        with ThreadPoolExecutor(1) as pool:
            with psycopg.connect(database.app_url) as at_work:
                at_work.execute("SELECT 1 FROM outbox")
                given = (database.owner_url, database.app_url)
                ran = pool.submit(migrate.migrate, "", *given)
                await eventually(waiting)
                await eventually(lambda: not waiting())
                assert not ran.done()
            assert ran.result(30) == ["c0003"]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE INDEX ix ON referral (council);",
        "ALTER TABLE referral ALTER COLUMN status TYPE varchar(10);",
        "ALTER TABLE referral ADD COLUMN extra text NOT NULL;",
        "ALTER TABLE referral ADD CONSTRAINT c CHECK (status <> '');",
        "ALTER TABLE referral ALTER COLUMN status SET NOT NULL;",
    ],
)
def test_a_migration_that_would_lock_for_long_is_seen(statement: str, tmp_path: Path) -> None:
    assert complaints([(True, statement)], tmp_path)


def test_one_that_locks_for_a_moment_is_not(tmp_path: Path) -> None:
    assert complaints([(True, "ALTER TABLE referral ADD COLUMN extra text;")], tmp_path) == ""


def test_an_index_built_beside_those_who_work_is_not(tmp_path: Path) -> None:
    said = [(False, "CREATE INDEX CONCURRENTLY ix ON referral (council);")]
    assert complaints(said, tmp_path) == ""
