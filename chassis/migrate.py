"""Brings a service's database up to date, as its owner: revisions, partitions, grants.

Imported by the `migrate`, `partitions` and `restored` commands alone: Alembic stays out of a
serving process.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import psycopg
import stamina
from alembic import command
from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from psycopg import sql
from psycopg.errors import DeadlockDetected, LockNotAvailable
from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from chassis.database import psycopg_url

Stage = Literal["pre", "post", "all"]
ROOT = Path(__file__).parent.parent
DAYS_AHEAD = 35
DAYS_KEPT = 14
INSERT_ONLY = ("audit", "history")
"""The application may add to these and read them, and never change them."""
LOCK_WAIT_MS = 1_000
"""Less than the application's own patience: who works behind a waiting migration does not fail."""
TRIES = 20
IN_THE_WAY = (LockNotAvailable, DeadlockDetected)
ONE_MIGRATION_AT_A_TIME = "SELECT pg_try_advisory_lock(hashtext('kinbridge migrations'))"


def migrate(service: str, owner_url: str, app_url: str, stage: Stage = "all") -> list[str]:
    """Run the pending revisions of the chassis' branch and the service's, then the rest.

    With stage "pre" it stops before the first pending revision marked post-deployment.

    Returns:
        the revisions run, in order.
    """
    engine = create_engine(psycopg_url(owner_url))
    with engine.connect() as conn:
        _wait_for_other_migrations(conn)
        conn.exec_driver_sql(f"SET lock_timeout = {LOCK_WAIT_MS}")
        conn.commit()
        ran = _upgrade(service, conn, stage)
        conn.commit()
    engine.dispose()
    keep_partitions(owner_url)
    grant(owner_url, make_url(app_url).username or "")
    return ran


class MigratedElsewhere(Exception):  # noqa: N818 - named for the fact
    """Another migration of this database goes on and does not end."""


@stamina.retry(on=MigratedElsewhere, attempts=None, timeout=600, wait_max=1)
def _wait_for_other_migrations(conn: Connection) -> None:
    """Wait outside any transaction: an index built concurrently would wait for ours in turn."""
    free = conn.exec_driver_sql(ONE_MIGRATION_AT_A_TIME).scalar_one()
    conn.commit()
    if not free:
        raise MigratedElsewhere


def _upgrade(service: str, conn: Connection, stage: Stage) -> list[str]:
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415 - heavy

    config = Config()
    config.set_main_option("script_location", str(ROOT / "chassis" / "migrations"))
    config.set_main_option("path_separator", "os")
    folders = (
        ROOT / "chassis" / "migrations" / "versions",
        ROOT / "services" / service / "migrations" / "versions",
    )
    config.set_main_option("version_locations", ":".join(str(f) for f in folders))
    config.attributes["connection"] = conn
    scripts = ScriptDirectory.from_config(config)
    heads = MigrationContext.configure(conn).get_current_heads()
    conn.commit()  # a transaction left open would hold all revisions in one
    done = {r.revision for r in scripts.iterate_revisions(heads, "base")} if heads else set()
    ran: list[str] = []
    for revision in _wanted(scripts, done, stage):
        for attempt in stamina.retry_context(on=_stood_in_the_way, attempts=TRIES, timeout=None):
            with attempt:
                conn.rollback()
                command.upgrade(config, revision)
        ran.append(revision)
    return ran


def _stood_in_the_way(error: Exception) -> bool:
    """Tell that a lock was not to be had in time: behind it, those who work would queue."""
    return isinstance(error, OperationalError) and isinstance(error.orig, IN_THE_WAY)


def _wanted(scripts: ScriptDirectory, done: set[str], stage: Stage) -> Iterable[str]:
    blocked: set[str] = set()
    pending = [r for r in scripts.walk_revisions("base", "heads") if r.revision not in done]
    for script in reversed(pending):
        parents = {*script._all_down_revisions}  # noqa: SLF001 - Alembic has no public name for it
        if parents & blocked or (stage == "pre" and _stage_of(script) == "post"):
            blocked.add(script.revision)
        else:
            yield script.revision


def _stage_of(script: Script) -> str:
    return str(script.module.deployment)


def keep_partitions(owner_url: str) -> None:
    """Make the outbox partitions of the days ahead and drop old ones the relay has passed.

    Days are the database's. ATTACH of a table made beside it does not wait for open writers.
    """
    patience = f"-c lock_timeout={LOCK_WAIT_MS}"
    with psycopg.connect(owner_url, autocommit=True, options=patience) as conn:
        row = conn.execute("SELECT now(), (SELECT min(day) FROM outbox_cursor)").fetchone()
        now, passed = row or (datetime.now(UTC), datetime.now(UTC))
        attached = {
            name
            for (name,) in conn.execute(
                "SELECT inhrelid::regclass::text FROM pg_inherits"
                " WHERE inhparent = 'outbox'::regclass"
            )
        }
        today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        for ahead in range(-1, DAYS_AHEAD):
            day = today + timedelta(days=ahead)
            if _partition(day) not in attached:
                _attach(conn, day)
        oldest = _partition(min(today, passed) - timedelta(days=DAYS_KEPT))
        for name in attached:
            if name != "outbox_default" and name < oldest:
                _drop(conn, name)


def _partition(day: datetime) -> str:
    return f"outbox_{day:%Y%m%d}"


@stamina.retry(on=IN_THE_WAY, attempts=TRIES, timeout=None)
def _attach(conn: psycopg.Connection, day: datetime) -> None:
    name = sql.Identifier(_partition(day))
    conn.execute(
        sql.SQL(
            "CREATE TABLE IF NOT EXISTS {} (LIKE outbox INCLUDING DEFAULTS"
            " INCLUDING CONSTRAINTS INCLUDING INDEXES)"
        ).format(name)
    )
    conn.execute(
        sql.SQL("ALTER TABLE outbox ATTACH PARTITION {} FOR VALUES FROM ({}) TO ({})").format(
            name, sql.Literal(day), sql.Literal(day + timedelta(days=1))
        )
    )


def _drop(conn: psycopg.Connection, name: str) -> None:
    """Drop a partition under a short lock timeout; tomorrow's run tries again."""
    conn.execute("SET lock_timeout = '500ms'")
    try:
        conn.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(name)))
    except LockNotAvailable:
        pass
    finally:
        conn.execute("RESET lock_timeout")


def grant(owner_url: str, app_role: str) -> None:
    """Give the application role what it needs and no more."""
    role = sql.Identifier(app_role)
    with psycopg.connect(owner_url) as conn:
        for statement in (
            "GRANT USAGE ON SCHEMA public TO {}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
            "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}",
            "REVOKE ALL ON alembic_version FROM {}",
            "REVOKE UPDATE, DELETE ON outbox FROM {}",
            "REVOKE INSERT, UPDATE, DELETE ON outbox_epoch FROM {}",
            "REVOKE INSERT, DELETE ON outbox_cursor FROM {}",
        ):
            conn.execute(sql.SQL(statement).format(role))
        for table in INSERT_ONLY:
            conn.execute(
                sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(
                    sql.Identifier(table), role
                )
            )


def restored(owner_url: str) -> int:
    """Begin a new epoch after a restore into another cluster, before any service starts.

    Transaction ids begin again there; rows of the new epoch sort after all rows of the old.

    Returns:
        the new epoch.
    """
    with psycopg.connect(owner_url) as conn:
        row = conn.execute(
            "INSERT INTO outbox_epoch (epoch) SELECT max(epoch) + 1 FROM outbox_epoch"
            " RETURNING epoch"
        ).fetchone()
        epoch = int(row[0]) if row else 0
        conn.execute(
            sql.SQL("ALTER TABLE outbox ALTER COLUMN epoch SET DEFAULT {}").format(
                sql.Literal(epoch)
            )
        )
        conn.execute("UPDATE outbox_cursor SET cluster = NULL, owner = NULL")
    return epoch
