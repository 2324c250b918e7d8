"""A database in a cluster of a module's own: a horizon is held back by whoever else works there."""

import pytest

from tests.making.databases import ServiceDatabase, make_database, make_roles, migrated


@pytest.fixture(scope="module")
def template(fresh_cluster: str) -> tuple[str, str]:
    """Migrate once; each test's database is a clone."""
    make_roles(fresh_cluster)
    return fresh_cluster, migrated(fresh_cluster, "")


@pytest.fixture
def database(template: tuple[str, str]) -> ServiceDatabase:
    """Clone it."""
    return make_database(*template)
