"""What every test may ask for: real servers, started on the first asking, once per session."""

import logging
import signal
from collections.abc import Iterator

import pytest
import structlog

from chassis.logs import QUIETER, UVICORN, set_up_logs
from deploy.local.stack import Stack
from tests.making import servers

pytest_plugins = ["tests.making.tier_times", "tests.making.databases"]


def pytest_configure() -> None:
    """Let a polite kill run the fixtures' ends, and log as the services do."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    set_up_logs("tests")  # structlog's own tracebacks, with every local, take seconds each


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """Set logging back after a test that set it up, so that no test depends on those before it."""
    configured, loggers = structlog.get_config(), map(logging.getLogger, [None, *UVICORN, *QUIETER])
    before = [(one, one.handlers[:], one.level, one.propagate) for one in loggers]
    yield
    structlog.configure(**configured)
    for one, handlers, level, propagate in before:
        one.handlers[:], one.propagate = handlers, propagate
        one.setLevel(level)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A superuser's URL of one PostgreSQL that all tests share; make your own databases in it."""
    with servers.postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def kafka_servers() -> Iterator[str]:
    """The address of one Kafka that all tests share; use topics and groups of your own."""
    with servers.kafka_servers() as address:
        yield address


@pytest.fixture(scope="module")
def fresh_cluster() -> Iterator[str]:
    """A superuser's URL of a PostgreSQL of this module's own, for relay and lock tests."""
    with servers.own_cluster() as server:
        yield server.url()


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """A whole Kinbridge on fresh data: its addresses are in `stack.told()`."""
    with servers.own_stack() as running:
        yield running
