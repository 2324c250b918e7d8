"""Processes of our own: started in their own group, known by id and start time, ended surely.

A process id alone may have passed to a stranger since it was written down; with its start
time beside it no stranger is ever signalled.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import psutil

from deploy.local.system_user import group_of

SAME_START = 3.0
"""Seconds by which a start time may seem to move when the machine's clock is set."""

BEGINS = "=== begins"
"""Where a new run begins in a log."""

_OURS: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True)
class Child:
    """A process that we started: its id, which is its group's too, and when it began."""

    pid: int
    started: float

    @property
    def alive(self) -> bool:
        """Whether this very process still runs (a zombie does not)."""
        if (mine := _OURS.get(self.pid)) is not None:
            return mine.poll() is None  # reaps it, where it has just ended
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) < SAME_START
            return bool(same and process.status() != psutil.STATUS_ZOMBIE)
        except psutil.NoSuchProcess:
            return False

    def send(self, number: int) -> bool:
        """Signal this process alone; False where it has ended already."""
        if not self.alive:
            return False
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            return False
        return True

    def send_group(self, number: int) -> bool:
        """Signal the process and all that it started; False where it has ended already."""
        if not self.alive:
            return False
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            return False
        return True

    def stop(self, *, politely: int = signal.SIGTERM, patience: float = 20.0) -> bool:
        """End it politely, after `patience` seconds for certain; True if it ended politely."""
        if not self.send(politely):
            return True
        self.send(signal.SIGCONT)
        if self.wait(patience):
            return True
        self.kill()
        return False

    def kill(self) -> None:
        """End it and all that it started at once, as a power cut would."""
        if not self.alive:
            return
        own = psutil.Process(self.pid)
        family = [own, *own.children(recursive=True)]  # PostgreSQL's have groups of their own
        for member in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()
        self.send_group(signal.SIGKILL)
        self.wait(10.0)

    def wait(self, patience: float) -> bool:
        """Wait until it has ended; False if it had not after `patience` seconds."""
        deadline = time.monotonic() + patience
        while self.alive:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    @property
    def exit_code(self) -> int | None:
        """Its exit code, where it is a child of this very process and has ended."""
        mine = _OURS.get(self.pid)
        return None if mine is None else mine.poll()


class OneProcess:
    """A server that is one process of ours (and its own children), remembered between commands.

    Args:
        kept: What its folder remembers: `pid` and `started`, where it has run before.
    """

    def __init__(self, kept: Mapping[str, Any]) -> None:
        self._child = Child(kept["pid"], kept["started"]) if "pid" in kept else None

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        return self._child.pid if self.running and self._child else None

    @property
    def child(self) -> Child | None:
        """Its first process, ended or not."""
        return self._child

    @property
    def running(self) -> bool:
        """Whether its process runs; it need not be ready."""
        return self._child is not None and self._child.alive


def start_child(
    command: Sequence[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    directory: Path | None = None,
    user: int | None = None,
) -> Child:
    """Start a process in a group of its own, its output appended to `log` (mode 0600).

    Args:
        command: The program and its arguments.
        log: Where its output goes.
        environment: Its whole environment; this process's own when None.
        directory: Its working directory.
        user: The system user (and group of the same account) it runs as, when we are root.
    """
    with begun_log(log) as sink:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            env=None if environment is None else dict(environment),
            cwd=directory,
            start_new_session=True,
            user=user,
            group=None if user is None else group_of(user),
            extra_groups=None if user is None else [],
        )
    _OURS[process.pid] = process
    return Child(process.pid, _start_time(process.pid))


def begun_log(log: Path) -> BinaryIO:
    """Open a log for a new run, below what earlier runs wrote; its owner alone reads it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    sink = os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")
    sink.write(f"{BEGINS} {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}\n".encode())
    sink.flush()
    return sink


def last_lines(log: Path, count: int = 12) -> str:
    """The end of a log's latest run, for the sentence that says why something did not start."""
    if not log.exists():
        return "(no log)"
    latest = log.read_text(errors="replace").rpartition(BEGINS)[2]
    return "\n".join(latest.splitlines()[1:][-count:])


def _start_time(pid: int) -> float:
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        return time.time()
