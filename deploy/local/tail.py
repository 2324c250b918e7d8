"""Reading the logs of a stack: the end of each, and what is added while one looks."""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from deploy.local.plan import StackPlan

Line = tuple[str, str]


def logs_of(plan: StackPlan, part: str | None) -> list[Path]:
    """The log files of one part, or of all."""
    servers = [plan.folder / "kafka" / "kafka.log", plan.folder / "postgres" / "postgres.log"]
    found = [
        *sorted((plan.folder / "logs").glob("*.log")),
        *(log for log in servers if log.exists()),
    ]
    return [log for log in found if part is None or log.stem.startswith(part)]


def ends(logs: Sequence[Path], count: int) -> Iterator[Line]:
    """The last lines of each log, with the part's name."""
    for log in logs:
        for line in log.read_text(errors="replace").splitlines()[-count:]:
            yield log.stem, line


def follow(logs: Sequence[Path], *, while_: Callable[[], bool] = lambda: True) -> Iterator[Line]:
    """What is added to the logs from now on."""
    files = {log.stem: log.open(errors="replace") for log in logs}
    for file in files.values():
        file.seek(0, 2)
    while while_():
        for part, file in files.items():
            for line in file:
                yield part, line.rstrip("\n")
        time.sleep(0.2)
