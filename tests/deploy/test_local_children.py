"""Processes are ended by id and start time together, and with everything that they started."""

import os
import sys
from pathlib import Path

from deploy.local.children import Child, last_lines, start_child
from tests.making.waiting import eventually

SAYS_AND_STAYS = "import signal; print('here', flush=True); signal.pause()"
IGNORES_KINDNESS = "import signal; signal.signal(15, signal.SIG_IGN); " + SAYS_AND_STAYS


async def started(code: str, log: Path) -> Child:
    child = start_child([sys.executable, "-c", code], log=log)
    await eventually(lambda: "here" in last_lines(log))
    return child


def test_a_process_id_that_passed_to_a_stranger_is_never_signalled() -> None:
    stranger = Child(os.getpid(), started=0.0)
    assert not stranger.alive
    assert not stranger.send(9)
    stranger.kill()


async def test_a_process_ends_politely_and_its_end_is_known(tmp_path: Path) -> None:
    child = await started(SAYS_AND_STAYS, tmp_path / "log")
    assert child.alive
    assert child.stop(patience=5)
    assert not child.alive
    assert child.exit_code == -15


async def test_a_process_that_will_not_end_is_ended(tmp_path: Path) -> None:
    child = await started(IGNORES_KINDNESS, tmp_path / "log")
    assert not child.stop(patience=0.1)
    assert not child.alive


async def test_a_killed_process_takes_what_it_started_with_it(tmp_path: Path) -> None:
    inner = f"subprocess.Popen([sys.executable, '-c', {SAYS_AND_STAYS!r}])"
    child = await started(f"import subprocess, sys; {inner}.wait()", tmp_path / "log")
    import psutil

    (started_by_it,) = psutil.Process(child.pid).children()
    child.kill()
    await eventually(lambda: not psutil.pid_exists(started_by_it.pid))
