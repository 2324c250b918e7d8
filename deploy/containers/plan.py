"""The stack of docker-compose.yml as a plan: the local one's secrets, and names for addresses."""

from dataclasses import dataclass, replace
from pathlib import Path

from deploy.local.databases import addresses
from deploy.local.parts import PROCESSES, SERVICES
from deploy.local.places import LOCAL
from deploy.local.plan import StackPlan, known_councils
from deploy.local.secrets_file import keep_secrets

FOLDER = LOCAL / "containers"
PORT = 8000
"""Every process of ours listens on it, in a container of its own."""

SUPERUSER = "kinbridge_admin"
FIELD_CLOCK = Path("/var/lib/kinbridge/field/field-clock.json")
SIGNING_KEY = Path("/run/secrets/agency_tokens.jwk.json")
SIMULATORS_STATE = Path("/var/lib/kinbridge/simulators")


@dataclass(frozen=True)
class ContainersPlan(StackPlan):
    """A stack whose parts call each other by the names of their containers."""

    @property
    def bootstrap(self) -> str:
        """Kafka's address."""
        return "kafka:9092"

    @property
    def field_clock_file(self) -> Path:
        """The movable field clock, on the volume that all share in development."""
        return FIELD_CLOCK

    @property
    def signing_key_file(self) -> Path:
        """Where the referral service finds its private key."""
        return SIGNING_KEY

    def url(self, process: str) -> str:
        """The address of a service or of the simulators, for the other containers."""
        return f"http://{process}:{PORT}"


def plan_containers(folder: Path = FOLDER, *, admin_password: str = "") -> ContainersPlan:
    """Plan the stack of docker-compose.yml, with the secrets that it had before."""
    councils = known_councils()
    plan = ContainersPlan(
        folder=folder,
        ports=dict.fromkeys(PROCESSES, PORT),
        councils=councils,
        secrets=keep_secrets(folder / "secrets.json", councils),
    )
    passwords, server = plan.secrets.database_passwords, server_url(admin_password)
    told = {one: addresses(server, one, passwords=passwords[one]) for one in SERVICES}
    return replace(plan, databases=told)


def server_url(password: str) -> str:
    """The address of PostgreSQL, as the role that may make databases and roles."""
    return f"postgresql://{SUPERUSER}:{password}@postgres:5432/postgres"
