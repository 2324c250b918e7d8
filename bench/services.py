"""The running services as processes of this machine: their memory and their processor time."""

import httpx
import psutil

from bench.stage import Stage
from deploy.local.parts import SERVICES


def processes(stage: Stage) -> dict[str, psutil.Process]:
    """Find each service's process."""
    return {name: psutil.Process(stage.stack.children[name].pid) for name in SERVICES}


def read_openapi(stage: Stage) -> None:
    """Read each service's OpenAPI description, which is built at the first asking."""
    for name in SERVICES:
        httpx.get(f"{stage.url(name)}/openapi.json", timeout=30).raise_for_status()


def seconds_used(process: psutil.Process) -> float:
    """Tell the processor time that a process has used."""
    times = process.cpu_times()
    return float(times.user + times.system)
