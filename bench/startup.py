"""From `make up` on a prepared machine to everything ready: on fresh data, and a second time.

The two commands are those of `make up`, on a stack of the bench's own.
"""

import subprocess
import sys
import time
from collections.abc import Iterator

from bench.figures import Figure
from deploy.local.places import ROOT
from deploy.local.stack import Stack

NAME = "bench-start"
UP = (
    (sys.executable, "deploy/local/install.py", "local"),
    (sys.executable, "-m", "deploy.local", "up", "--stack", NAME),
)


def measure() -> Iterator[Figure]:
    """Start it twice, and remove it."""
    Stack.named(NAME).remove()
    try:
        yield Figure("start on fresh data", _up(), "s", most=20)
        Stack.named(NAME).down()
        yield Figure("start a second time", _up(), "s", most=20)
    finally:
        Stack.named(NAME).remove()


def _up() -> float:
    began = time.perf_counter()
    for command in UP:
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - began
