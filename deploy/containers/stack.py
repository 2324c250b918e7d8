"""The stack of docker-compose.yml, told in the same stack.json and drilled by the same words."""

import subprocess
import time
from pathlib import Path
from typing import Any

import httpx

from chassis.messaging.kafka_security import KafkaAt
from deploy.containers.compose_file import COMPOSE, ComposeFile, env_file
from deploy.containers.engine import Compose
from deploy.containers.first_start import first_start
from deploy.containers.plan import plan_containers
from deploy.local.kafka_ready import wait_until_ready
from deploy.local.parts import PROCESSES, SERVICES, SIMULATORS
from deploy.local.places import CannotStartError
from deploy.local.ports import LOOPBACK
from deploy.local.state_file import write_state

KAFKA_PORT = 29092
"""The port of the listener HOST in deploy/containers/kafka/server.properties."""

READY_WITHIN = 90.0


class ContainerStack:
    """One project of docker-compose.yml with simulators, for development and drills.

    Args:
        folder: Where its secrets, its .env, its logs and its stack.json lie; its name is the
            project's.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder.resolve()
        self.env = self.folder / "env"
        self.compose = Compose(self.folder.name, self.env)
        self._logs: subprocess.Popen[bytes] | None = None

    @classmethod
    def open(cls, state_file: Path) -> "ContainerStack":
        """Open the stack that this stack.json tells of."""
        return cls(state_file.resolve().parent)

    @property
    def state_file(self) -> Path:
        """Where the addresses stand."""
        return self.folder / "stack.json"

    def url(self, name: str) -> str:
        """The address of a service or of the simulators, from this machine."""
        return f"http://{LOOPBACK}:{self.file().port(name)}"

    def file(self) -> ComposeFile:
        """Read docker-compose.yml as this stack's .env fills it in."""
        return ComposeFile.read(COMPOSE, env_file(self.env))

    def prepare(self) -> None:
        """Draw its secrets and write its .env, where they are not there yet."""
        first_start(
            ComposeFile.read(COMPOSE, {}), self.folder, self.env, lambda _: None, production=False
        )
        if "KINBRIDGE_SECRETS" not in self.env.read_text():
            with self.env.open("a") as env:
                env.write(f"KINBRIDGE_SECRETS={self.folder / 'secrets'}\n")

    def set_version(self, version: str) -> None:
        """Name the images' tag in its .env; containers change with the next `up`."""
        self.prepare()
        lines = [
            line
            for line in self.env.read_text().splitlines()
            if not line.startswith("KINBRIDGE_VERSION=")
        ]
        self.env.write_text("\n".join([*lines, f"KINBRIDGE_VERSION={version}"]) + "\n")

    def build(self) -> None:
        """Build every image; what did not change comes from the layers that are there."""
        self.prepare()
        self.compose.run("build", within=3600.0)

    def up(self) -> None:
        """Start everything, and return when all is ready."""
        self.prepare()
        try:
            self.compose.run("up", "--detach", "--wait", "--wait-timeout", "300")
        finally:
            self._follow()
        self.write()

    def down(self, *, volumes: bool = False) -> None:
        """Stop and remove the containers and, where asked, the data."""
        self.compose.run("down", "--timeout", "30", *(["--volumes"] if volumes else []))
        if self._logs is not None:
            self._logs.terminate()
            self._logs.wait(timeout=20)
            self._logs = None

    def start_service(self, name: str, *, wait: bool = True) -> None:
        """Start a service (or the simulators) that was stopped or killed."""
        self.compose.run("start", name)
        if wait:
            self.wait_until_ready(name)

    def kill_service(self, name: str) -> None:
        """End one service as a power cut would."""
        self.compose.run("kill", name)

    def restart_service(self, name: str) -> None:
        """Stop one service in good order, start it, and wait until it is ready."""
        self.restart(name)

    def restart(self, part: str) -> None:
        """Stop any part in good order, start it, and wait until it is ready."""
        self.compose.run("restart", part)
        if part == "kafka":
            self.start_kafka()
        elif part == "postgres":
            self.start_postgres()
        else:
            self.wait_until_ready(part)

    def pause_kafka(self) -> None:
        """Let Kafka hang."""
        self.compose.run("pause", "kafka")

    def resume_kafka(self) -> None:
        """Let Kafka go on."""
        self.compose.run("unpause", "kafka")

    def kill_kafka(self) -> None:
        """End Kafka as a power cut would."""
        self.compose.run("kill", "kafka")

    def start_kafka(self) -> None:
        """Start Kafka, and wait until it would take a topic.

        Raises:
            CannotStartError: It is not ready in time.
        """
        self.compose.run("start", "kafka")
        if not wait_until_ready(KafkaAt(self.kafka), within=READY_WITHIN, alive=lambda: True):
            raise CannotStartError("Kafka did not become ready.")

    def kill_postgres(self) -> None:
        """End PostgreSQL as a power cut would."""
        self.compose.run("kill", "postgres")

    def start_postgres(self) -> None:
        """Start PostgreSQL after `kill_postgres`."""
        self.compose.run("start", "postgres")

    @property
    def kafka(self) -> str:
        """Kafka's address, from this machine."""
        return f"{LOOPBACK}:{KAFKA_PORT}"

    def wait_until_ready(self, name: str, within: float = READY_WITHIN) -> None:
        """Wait until a service answers that it is ready.

        Raises:
            CannotStartError: It does not in time.
        """
        path = "/health/live" if name == SIMULATORS else "/health/ready"
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            try:
                if httpx.get(self.url(name) + path, timeout=2.0, trust_env=False).is_success:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        raise CannotStartError(f"{name} was not ready in {within:.0f} s.")

    def write(self) -> None:
        """Write stack.json."""
        write_state(self.state_file, self.told())

    def told(self) -> dict[str, Any]:
        """What stack.json says: the same as on one machine, and that parts are containers."""
        plan = plan_containers(self.folder)
        return {
            "name": self.folder.name,
            "folder": str(self.folder),
            "councils": list(plan.councils),
            "kafka": self.kafka,
            "simulators": self.url(SIMULATORS),
            "simulators_inside": plan.url(SIMULATORS),
            "services": {service: self.url(service) for service in SERVICES},
            "secrets_file": str(self.folder / "secrets.json"),
            "ports": {name: self.file().port(name) for name in PROCESSES} | {"kafka": KAFKA_PORT},
            "containers": True,
        }

    def _follow(self) -> None:
        """Keep the containers' logs where the ledger looks for names that leaked."""
        logs = self.folder / "logs"
        logs.mkdir(exist_ok=True)
        with (logs / "containers.log").open("ab") as sink:
            command = self.compose.command("logs", "--follow", "--no-color")
            self._logs = subprocess.Popen(command, stdout=sink, stderr=subprocess.STDOUT)
