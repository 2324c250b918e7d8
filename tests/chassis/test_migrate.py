"""The database as its owner makes it, and what the application may not do to it."""

import importlib

import psycopg
import pytest

from chassis.database import metadata
from chassis.migrate import grant, keep_partitions, migrate, restored
from tests.making.databases import Fresh, differences

TABLES_OF_MESSAGING = tuple(f"messaging.{m}" for m in ("inbox", "outbox", "parking", "timers"))
pytestmark = pytest.mark.postgres


def test_a_migrated_database_is_migrated_again_without_a_change(fresh_database: Fresh) -> None:
    database = fresh_database("")
    assert migrate("", database.owner_url, database.app_url) == []


@pytest.mark.parametrize(
    "forbidden",
    [
        "UPDATE audit SET action = 'x'",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "DELETE FROM history",
        "DELETE FROM outbox",
        "UPDATE outbox_epoch SET epoch = 9",
        "CREATE TABLE o PARTITION OF outbox FOR VALUES FROM ('2000-01-01') TO ('2000-01-02')",
        "CREATE TABLE mine (id int)",
        "DROP TABLE outbox_default",
    ],
)
def test_the_application_may_not(fresh_database: Fresh, forbidden: str) -> None:
    database = fresh_database("")
    with (
        psycopg.connect(database.app_url) as conn,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        conn.execute(forbidden)


def test_partitions_are_made_weeks_ahead_and_only_once(fresh_database: Fresh) -> None:
    database = fresh_database("")
    keep_partitions(database.owner_url)
    with psycopg.connect(database.owner_url) as conn:
        row = conn.execute(
            "SELECT count(*) FROM pg_inherits WHERE inhparent = 'outbox'::regclass"
        ).fetchone()
    assert row == (37,)


def test_old_partitions_go_once_the_relay_has_passed_them(fresh_database: Fresh) -> None:
    database = fresh_database("")
    with psycopg.connect(database.owner_url) as conn:
        conn.execute(
            "CREATE TABLE outbox_20200101 PARTITION OF outbox"
            " FOR VALUES FROM ('2020-01-01') TO ('2020-01-02')"
        )
        conn.execute("UPDATE outbox_cursor SET day = '2020-01-01'")
    keep_partitions(database.owner_url)
    with psycopg.connect(database.owner_url) as conn:
        assert conn.execute("SELECT to_regclass('outbox_20200101')").fetchone() != (None,)
        conn.execute("UPDATE outbox_cursor SET day = now()")
    keep_partitions(database.owner_url)
    with psycopg.connect(database.owner_url) as conn:
        assert conn.execute("SELECT to_regclass('outbox_20200101')").fetchone() == (None,)


def test_a_restore_begins_a_new_epoch(fresh_database: Fresh) -> None:
    database = fresh_database("")
    assert restored(database.owner_url) == 1
    grant(database.owner_url, "kinbridge_test_app")
    with psycopg.connect(database.app_url) as conn:
        row = conn.execute(
            "INSERT INTO outbox (ce_id, topic, key, type, council, sequence, time, body)"
            " VALUES (gen_random_uuid(), 't', 'k', 'x', 'southend', 1, now(), '') RETURNING epoch"
        ).fetchone()
    assert row == (1,)


def test_the_tables_in_the_code_are_those_in_the_database(fresh_database: Fresh) -> None:
    for module in ("audit", "prompts", "web.idempotency", *TABLES_OF_MESSAGING):
        importlib.import_module(f"chassis.{module}")
    assert differences(fresh_database("").owner_url, metadata) == []
