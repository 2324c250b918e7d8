"""One database per service: its engine, its two roles, and the metadata of chassis tables."""

import select
from collections.abc import Mapping

from sqlalchemy import MetaData, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from chassis.settings import ServiceSettings

NAMES: Mapping[str, str] = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(naming_convention=dict(NAMES))
"""The tables that every service's database has besides its own."""


def psycopg_url(url: str) -> str:
    """Name the psycopg 3 driver in a plain postgresql:// URL."""
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def make_engine(settings: ServiceSettings) -> AsyncEngine:
    """Open the service's pool; no statement, lock or idle transaction may hang for ever."""
    options = " ".join(
        (
            f"-c statement_timeout={settings.statement_timeout_ms}",
            f"-c lock_timeout={settings.lock_timeout_ms}",
            "-c idle_in_transaction_session_timeout=30000",
            "-c timezone=UTC",
            "-c default_transaction_isolation=read\\ committed",  # ADR 0013 rests on it
        )
    )
    engine = create_async_engine(
        psycopg_url(settings.database_url.get_secret_value()),
        pool_size=settings.database_pool,
        max_overflow=0,
        pool_timeout=10,
        connect_args={
            "options": options,
            "application_name": f"kinbridge-{settings.service_client_id}",
            "connect_timeout": 5,
        },
    )
    event.listen(engine.sync_engine, "checkout", _refuse_hung_up)
    return engine


def _refuse_hung_up(connection: DBAPIConnection, *_: object) -> None:
    """Let the pool replace a connection whose server has gone, without a question to the server.

    An idle connection has nothing to say unless its server ended it; looking for that is a
    system call, where a ping before each use would be a quarter of a short transaction.

    Raises:
        DisconnectionError: The server has ended it; the pool opens another in its place.
    """
    driver = connection.driver_connection
    if driver.closed:
        raise DisconnectionError
    waiting = select.poll()
    waiting.register(driver.fileno(), select.POLLIN)
    if waiting.poll(0):
        raise DisconnectionError
