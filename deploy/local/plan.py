"""What one stack is: its folder, its ports, its councils; kept from one `up` to the next."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from deploy.local.databases import ServiceDatabase
from deploy.local.parts import PROCESSES, SERVERS
from deploy.local.places import LOCAL, ROOT
from deploy.local.ports import LOOPBACK, free_ports, is_free
from deploy.local.secrets_file import StackSecrets, keep_secrets, keep_signing_key
from deploy.local.state_file import read_state


@dataclass(frozen=True)
class StackPlan:
    """One stack as planned: nothing in it says whether it runs."""

    folder: Path
    ports: dict[str, int]
    councils: tuple[str, ...]
    secrets: StackSecrets
    databases: dict[str, ServiceDatabase] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The stack's name, which is its folder's."""
        return self.folder.name

    @property
    def state_file(self) -> Path:
        """Where the ports, addresses and processes stand."""
        return self.folder / "stack.json"

    @property
    def field_clock_file(self) -> Path:
        """The movable field clock that every process follows."""
        return self.folder / "field-clock.json"

    @cached_property
    def signing_key_file(self) -> Path:
        """The private key for agencies' tokens."""
        return keep_signing_key(self.folder / "agency-tokens.jwk.json")

    @property
    def bootstrap(self) -> str:
        """Kafka's address."""
        return f"{LOOPBACK}:{self.ports['kafka']}"

    def url(self, process: str) -> str:
        """The address of a service or of the simulators."""
        return f"http://{LOOPBACK}:{self.ports[process]}"

    def log(self, process: str) -> Path:
        """Where a process writes its log."""
        return self.folder / "logs" / f"{process}.log"


def plan_stack(name: str, *, running: bool = False) -> StackPlan:
    """Plan a stack, with the ports and secrets that it had before.

    Args:
        name: Its name: a folder of that name under .local.
        running: Keep the ports even though something (the stack itself) listens on them.
    """
    folder = LOCAL / name
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)  # PostgreSQL's account passes through it; every file in it is private
    kept: dict[str, int] = read_state(folder / "stack.json").get("ports", {})
    councils = known_councils()
    return StackPlan(
        folder=folder,
        ports=_ports(kept, running=running),
        councils=councils,
        secrets=keep_secrets(folder / "secrets.json", councils),
    )


def known_councils() -> tuple[str, ...]:
    """The councils that have a file of rules."""
    return tuple(sorted(path.stem for path in (ROOT / "councils").glob("*.toml")))


def _ports(kept: dict[str, int], *, running: bool) -> dict[str, int]:
    names = (*SERVERS, *PROCESSES)
    fresh = dict(zip(names, free_ports(len(names)), strict=True))
    return {
        name: kept[name] if name in kept and (running or is_free(kept[name])) else fresh[name]
        for name in names
    }
