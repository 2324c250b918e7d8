"""Processor time of each service while nobody asks anything of it."""

import time
from collections.abc import Iterator

from bench.figures import Figure
from bench.services import processes, seconds_used
from bench.stage import Stage

SECONDS, SETTLES = 20.0, 8.0


def measure(stage: Stage) -> Iterator[Figure]:
    """Let every poll come to rest, then look how much each uses."""
    time.sleep(SETTLES)
    began = time.perf_counter()
    before = {name: seconds_used(process) for name, process in processes(stage).items()}
    time.sleep(SECONDS)
    spent = time.perf_counter() - began
    for name, process in processes(stage).items():
        percent = 100 * (seconds_used(process) - before[name]) / spent
        yield Figure(f"idle {name}", percent, "% of a core", most=3)
