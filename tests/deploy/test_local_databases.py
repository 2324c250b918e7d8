"""A service's database is its owner's to change, its application's to use, and nobody else's."""

import psycopg
import pytest

from deploy.local.databases import Passwords, create_service_database

pytestmark = pytest.mark.postgres


def test_the_application_may_work_in_its_database_but_not_change_it(fresh_cluster: str) -> None:
    made = create_service_database(fresh_cluster, "referral")
    with psycopg.connect(made.owner_url) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS kept (line text)")
    with psycopg.connect(made.app_url) as app:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("CREATE TABLE mine (line text)")
        app.rollback()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("SELECT * FROM kept")


def test_one_service_cannot_open_another_services_database(fresh_cluster: str) -> None:
    create_service_database(fresh_cluster, "referral")
    other = create_service_database(fresh_cluster, "handover")
    intruding = other.app_url.replace("kinbridge_handover", "kinbridge_referral")
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(intruding)


def test_making_a_database_again_changes_nothing_in_it(fresh_cluster: str) -> None:
    passwords = Passwords.fresh()
    first = create_service_database(fresh_cluster, "allocation", passwords=passwords)
    with psycopg.connect(first.owner_url) as owner:
        owner.execute("CREATE TABLE kept (line text)")
    again = create_service_database(fresh_cluster, "allocation", passwords=passwords)
    assert again == first
    with psycopg.connect(again.owner_url) as owner:
        assert owner.execute("SELECT count(*) FROM kept").fetchone() == (0,)
