"""Our own processes: the simulators and the four services, started and waited for."""

import json
import sys
import time
from collections.abc import Mapping

import httpx

from deploy.local.children import Child, last_lines, start_child
from deploy.local.environment import (
    environment_of,
    inherited,
    simulators_configuration,
    simulators_environment,
)
from deploy.local.parts import SIMULATORS
from deploy.local.places import ROOT, CannotStartError
from deploy.local.plan import StackPlan
from deploy.local.state_file import write_private

HEALTH = {SIMULATORS: "/health/live"}
"""Where a part says that it is ready; /health/ready unless it stands here."""


def start_process(plan: StackPlan, name: str) -> Child:
    """Start the simulators or one service; it is not ready yet."""
    if name == SIMULATORS:
        path = plan.folder / "simulators.json"
        write_private(path, json.dumps(simulators_configuration(plan), indent=2) + "\n")
        command, settings = ["deploy.simulators"], simulators_environment(plan)
    else:
        command, settings = [f"services.{name}", "serve"], environment_of(name, plan)
    return start_child(
        [sys.executable, "-m", *command],
        log=plan.log(name),
        environment=inherited() | settings,
        directory=ROOT,
    )


def is_ready(plan: StackPlan, name: str) -> bool:
    """Whether a process answers that it is ready for work."""
    try:
        answer = httpx.get(
            plan.url(name) + HEALTH.get(name, "/health/ready"), timeout=2.0, trust_env=False
        )
    except httpx.HTTPError:
        return False
    return answer.status_code == httpx.codes.OK


def wait_until_ready(
    plan: StackPlan, children: Mapping[str, Child], *, within: float = 120.0
) -> None:
    """Wait until every one of these processes is ready.

    Raises:
        CannotStartError: One has ended, or is not ready in time; with the end of its log.
    """
    deadline = time.monotonic() + within
    waiting = dict(children)
    while waiting:
        for name, child in list(waiting.items()):
            if not child.alive:
                raise CannotStartError(_epitaph(plan, name, "has ended"))
            if is_ready(plan, name):
                del waiting[name]
        if waiting and time.monotonic() > deadline:
            first = next(iter(waiting))
            raise CannotStartError(_epitaph(plan, first, f"was not ready in {within:.0f} s"))
        time.sleep(0.05)


def _epitaph(plan: StackPlan, name: str, fate: str) -> str:
    where = plan.log(name).relative_to(ROOT)
    return f"{name} {fate}; its last words, from {where}:\n{last_lines(plan.log(name))}"
