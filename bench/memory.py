"""Resident memory of each idle service, after its OpenAPI description was read.

RSS is held against the target: it counts shared libraries in full, so it is the stricter one.
PSS, their share of it, is noted beside.
"""

import time
from collections.abc import Iterator

from bench.figures import Figure
from bench.services import processes, read_openapi
from bench.stage import Stage

MIB = 1024**2
SETTLES = 5.0


def measure(stage: Stage) -> Iterator[Figure]:
    """Let the services settle, and weigh each."""
    read_openapi(stage)
    time.sleep(SETTLES)
    for name, process in processes(stage).items():
        told = process.memory_full_info()
        note = f"PSS {told.pss / MIB:.0f}"
        yield Figure(f"memory of {name}", told.rss / MIB, "MiB", most=150, note=note)
