"""Looking before starting: what this machine lacks, each with the one thing to do about it."""

import shutil
import socket
import sys
from collections.abc import Iterator

import psutil

from deploy.local.parts import SERVICES
from deploy.local.places import LOCAL, ROOT, CannotStartError
from deploy.local.plan import known_councils
from deploy.local.ports import LOOPBACK

GIB = 1024**3
OLDEST_PYTHON = (3, 11)


def look_before_starting() -> None:
    """Check this machine and this checkout.

    Raises:
        CannotStartError: With one sentence per thing that is missing.
    """
    if missing := list(_missing()):
        raise CannotStartError("\n".join(missing))


def _missing() -> Iterator[str]:
    if sys.version_info < OLDEST_PYTHON:
        yield "Python 3.11 or newer is needed; install one and remove the folder .venv."
    yield from _missing_room()
    yield from _missing_network()
    yield from _missing_parts()


def _missing_room() -> Iterator[str]:
    LOCAL.mkdir(exist_ok=True)
    disk = shutil.disk_usage(LOCAL).free
    if disk < GIB:
        yield f"Only {disk // 1024**2} MiB of disk are free; Kinbridge needs 1 GiB: clear some."
    memory = psutil.virtual_memory().available
    if memory < GIB:
        yield f"Only {memory // 1024**2} MiB of memory are free; close something, 1 GiB is needed."


def _missing_network() -> Iterator[str]:
    with socket.socket() as probe:
        try:
            probe.bind((LOOPBACK, 0))
        except OSError:
            yield f"No port of {LOOPBACK} can be opened; allow this user to listen there."


def _missing_parts() -> Iterator[str]:
    parts = ["deploy/simulators", *(f"services/{service}" for service in SERVICES)]
    absent = [part for part in parts if not (ROOT / part / "__main__.py").exists()]
    if absent:
        yield f"This checkout lacks {', '.join(absent)}; get a whole checkout of Kinbridge."
    if not known_councils():
        yield "No council has a file of rules: put one, such as southend.toml, into councils/."
