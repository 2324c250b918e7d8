"""A planned stack that has never run, for tests of what its parts are told."""

from pathlib import Path

from deploy.local.migrations import with_addresses
from deploy.local.parts import PROCESSES, SERVERS
from deploy.local.plan import StackPlan
from deploy.local.secrets_file import keep_secrets

COUNCILS = ("southend", "west-sussex")


def a_plan(folder: Path) -> StackPlan:
    """Plan a stack in this folder, with ports that nobody listens on."""
    plan = StackPlan(
        folder=folder,
        ports={name: 9400 + place for place, name in enumerate((*SERVERS, *PROCESSES))},
        councils=COUNCILS,
        secrets=keep_secrets(folder / "secrets.json", COUNCILS),
    )
    return with_addresses(plan, "postgresql://admin:invented@127.0.0.1:9400/postgres")
