"""A whole Kinbridge on this machine: PostgreSQL, Kafka, the simulators and the four services.

Every process is its own, in its own group, and is ended by the id and start time kept in
stack.json. A drill opens a running stack by that file and kills, pauses and restarts parts of it.
"""

import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from chassis.messaging.kafka_security import KafkaAt
from deploy.local.checks import look_before_starting
from deploy.local.children import Child
from deploy.local.kafka import LocalKafka
from deploy.local.migrations import make_databases, migrate_all, with_addresses
from deploy.local.parts import PROCESSES, SERVICES, SIMULATORS
from deploy.local.places import LOCAL
from deploy.local.plan import StackPlan, plan_stack
from deploy.local.postgres import LocalPostgres
from deploy.local.processes import is_ready, start_process, wait_until_ready
from deploy.local.state_file import read_state, write_state
from deploy.local.topics import create_topics_now

Say = Callable[[str], None]

DEFAULT = "main"
"""The stack that `make up` starts."""


class Stack:
    """One stack, running or not.

    Args:
        plan: Its ports, secrets and folder.
        server_url: A PostgreSQL to use instead of one of its own.
        say: Called with a line of progress.
    """

    def __init__(
        self, plan: StackPlan, *, server_url: str | None = None, say: Say = lambda _: None
    ) -> None:
        kept = read_state(plan.state_file).get("processes", {})
        self.say = say
        self.children = {name: Child(**kept[name]) for name in PROCESSES if name in kept}
        self.server_url = server_url
        self.postgres = LocalPostgres(plan.folder / "postgres", plan.ports["postgres"])
        self.kafka = LocalKafka(plan.folder / "kafka", plan.ports["kafka"])
        self.plan = with_addresses(plan, server_url or self.postgres.url())

    @classmethod
    def named(cls, name: str = DEFAULT, *, say: Say = lambda _: None) -> "Stack":
        """The stack of this name under .local, planned afresh where it is new."""
        kept = read_state(LOCAL / name / "stack.json").get("processes", {})
        running = any(Child(**mark).alive for mark in kept.values())
        server_url = os.environ.get("DATABASE_URL") if name == DEFAULT else None
        return cls(plan_stack(name, running=running), server_url=server_url, say=say)

    @classmethod
    def open(cls, state_file: Path) -> "Stack":
        """The stack that this stack.json tells of."""
        return cls.named(state_file.resolve().parent.name)

    def up(self) -> None:
        """Start all that does not run yet, and return when everything is ready.

        Raises:
            CannotStartError: Something did not start; all of it is down again.
        """
        look_before_starting()
        try:
            with ThreadPoolExecutor(2) as pool:
                steps = [pool.submit(self._bus_up), pool.submit(self._databases_up)]
            for step in steps:
                step.result()
            self._processes_up()
        except BaseException:
            self.down()
            raise

    def down(self) -> None:
        """Stop everything in good order, services first; all data stays."""
        with ThreadPoolExecutor(len(PROCESSES)) as pool:
            list(pool.map(lambda child: child.stop(), self.children.values()))
        self.children = {}
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda server: server.stop(), (self.kafka, self.postgres)))
        self.write()

    def remove(self) -> None:
        """Stop everything, and remove its data, its logs and its secrets."""
        self.down()
        self.postgres.remove()
        shutil.rmtree(self.plan.folder)

    def start_service(self, name: str, *, wait: bool = True) -> None:
        """Start one service (or the simulators), and wait until it is ready."""
        self.children[name] = start_process(self.plan, name)
        self.write()
        if wait:
            wait_until_ready(self.plan, {name: self.children[name]})

    def kill_service(self, name: str) -> None:
        """End one service as a power cut would."""
        self.children[name].kill()

    def restart_service(self, name: str) -> None:
        """Stop one service if it runs, start it, and wait until it is ready."""
        self.children[name].stop()
        self.start_service(name)

    def pause_kafka(self) -> None:
        """Let Kafka hang: connections stay and nothing is answered."""
        self.kafka.pause()

    def resume_kafka(self) -> None:
        """Let Kafka go on after `pause_kafka`."""
        self.kafka.resume()

    def kill_kafka(self) -> None:
        """End Kafka as a power cut would."""
        self.kafka.kill()

    def start_kafka(self) -> None:
        """Start Kafka after `kill_kafka`, and wait until it is ready."""
        self.kafka.start()
        self.write()

    def kill_postgres(self) -> None:
        """End PostgreSQL as a power cut would."""
        self.postgres.kill()

    def start_postgres(self) -> None:
        """Start PostgreSQL after `kill_postgres`, and wait until it answers."""
        self.postgres.start()
        self.write()

    def standing(self) -> dict[str, str]:
        """How each part stands: ready, starting, or ended."""
        servers = {"kafka": self.kafka.running, "postgres": self.postgres.running}
        told = {name: "ready" if runs else "ended" for name, runs in servers.items()}
        if self.server_url:
            told["postgres"] = "elsewhere"
        for name in PROCESSES:
            child = self.children.get(name)
            alive = child is not None and child.alive
            told[name] = _word(alive=alive, ready=alive and is_ready(self.plan, name))
        return told

    def write(self) -> None:
        """Write stack.json: addresses, ports and processes, for whoever comes next."""
        write_state(self.plan.state_file, self.told())

    def told(self) -> dict[str, Any]:
        """What stack.json says."""
        plan = self.plan
        servers = {"kafka": self.kafka.child, "postgres": self.postgres.child}
        running = {**self.children, **{name: child for name, child in servers.items() if child}}
        return {
            "name": plan.name,
            "folder": str(plan.folder),
            "councils": list(plan.councils),
            "kafka": plan.bootstrap,
            "simulators": plan.url(SIMULATORS),
            "services": {service: plan.url(service) for service in SERVICES},
            "field_clock_file": str(plan.field_clock_file),
            "secrets_file": str(plan.folder / "secrets.json"),
            "ports": plan.ports,
            "processes": {
                name: {"pid": child.pid, "started": child.started}
                for name, child in running.items()
                if child.alive
            },
        }

    def _bus_up(self) -> None:
        self.say("Kafka starts (its jars are fetched at the very first start)")
        self.kafka.start()
        create_topics_now(KafkaAt(self.plan.bootstrap))
        self.say(f"Kafka is ready at {self.plan.bootstrap}")

    def _databases_up(self) -> None:
        if not self.server_url:
            self.say("PostgreSQL starts")
            self.postgres.start()
        url = self.server_url or self.postgres.url()
        make_databases(self.plan, url)
        self.say("PostgreSQL is ready; the four databases are brought up to date")
        migrate_all(self.plan, own_server=not self.server_url)

    def _processes_up(self) -> None:
        for name in PROCESSES:
            if name not in self.children or not self.children[name].alive:
                self.children[name] = start_process(self.plan, name)
        self.write()
        self.say("The simulators and the four services start")
        wait_until_ready(self.plan, self.children)


def _word(*, alive: bool, ready: bool) -> str:
    if not alive:
        return "ended"
    return "ready" if ready else "starting"
