"""Real servers for the tests: the ones named in the environment, else Docker's, else our own."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import psutil

from chassis.messaging.kafka_security import KafkaAt
from deploy.local.kafka import LocalKafka
from deploy.local.kafka_ready import wait_until_ready
from deploy.local.places import LOCAL
from deploy.local.plan import StackPlan
from deploy.local.ports import free_ports
from deploy.local.postgres import LocalPostgres
from deploy.local.stack import Stack
from deploy.local.system_user import remove_data

POSTGRES_IMAGE = "postgres:18"
KAFKA_IMAGE = "apache/kafka:4.3.1"
STACKS = count(1)
"""Two stacks of one session are two: a drill on the journeys' stack would strike nobody."""
Broker = TypeVar("Broker", bound=LocalKafka)


@contextmanager
def postgres_server() -> Iterator[str]:
    """Hand out a superuser's URL of one server that all tests share."""
    if given := os.environ.get("DATABASE_URL"):
        yield given
    elif engine_answers() and (container := _started(_postgres_container())):
        try:
            yield _container_url(container)
        finally:
            container.stop()
    else:
        with own_cluster() as server:
            yield server.url()


@contextmanager
def kafka_servers() -> Iterator[str]:
    """Hand out the address of one broker that all tests share."""
    if given := os.environ.get("KAFKA_BOOTSTRAP_SERVERS"):
        yield given
        return
    port = free_ports(1)[0]
    if engine_answers() and (container := _started(_kafka_container(port))):
        try:
            address = f"{container.get_container_host_ip()}:{port}"
            assert wait_until_ready(KafkaAt(address), within=60, alive=lambda: True)
            yield address
        finally:
            container.stop()
    else:
        with own_broker() as broker:
            yield broker.bootstrap


@contextmanager
def own_cluster() -> Iterator[LocalPostgres]:
    """Run a PostgreSQL of its own, whose transactions hold nobody else back."""
    with _folder("postgres") as folder:
        server = LocalPostgres(folder, fsync=False)
        try:
            server.start()
            yield server
        finally:
            server.remove()


@contextmanager
def own_broker() -> Iterator[LocalKafka]:
    """Run a Kafka of its own, for drills that kill it."""
    with own_kind_of_broker(LocalKafka) as broker:
        yield broker


@contextmanager
def own_kind_of_broker(kind: type[Broker]) -> Iterator[Broker]:
    """Run a Kafka of its own that is set up otherwise."""
    with _folder("kafka") as folder:
        broker = kind(folder)
        try:
            broker.start()
            yield broker
        finally:
            broker.stop()


@contextmanager
def own_stack(planned: Callable[[StackPlan], StackPlan] = lambda plan: plan) -> Iterator[Stack]:
    """Run a whole Kinbridge on fresh data, for the journeys and the drills.

    `planned` may change the plan before anything starts.
    """
    for left in LOCAL.glob("test-*/stack.json"):
        pid = left.parent.name.split("-")[1]
        if pid.isdigit() and not psutil.pid_exists(int(pid)):
            Stack.named(left.parent.name).remove()
    name = f"test-{os.getpid()}-{next(STACKS)}"
    stack = Stack.named(name)
    stack.plan = planned(stack.plan)
    try:
        stack.up()
        yield stack
    finally:
        Stack.named(name).remove()


def engine_answers() -> bool:
    """Whether a Docker engine answers on this machine."""
    if not os.environ.get("DOCKER_HOST") and not Path("/var/run/docker.sock").exists():
        return False
    import docker

    with suppress(docker.errors.DockerException):
        client = docker.from_env(timeout=5)
        with suppress(docker.errors.DockerException):
            return bool(client.ping())
        client.close()
    return False


def _postgres_container() -> Any:
    from testcontainers.core.container import DockerContainer

    container = DockerContainer(POSTGRES_IMAGE).with_exposed_ports(5432)
    return container.with_env("POSTGRES_PASSWORD", "invented").with_command("postgres -c fsync=off")


def _container_url(container: Any) -> str:
    import psycopg
    import stamina

    host, port = container.get_container_host_ip(), container.get_exposed_port(5432)
    url = f"postgresql://postgres:invented@{host}:{port}/postgres"
    refused = psycopg.OperationalError
    for asked in stamina.retry_context(on=refused, attempts=None, timeout=60, wait_max=0.5):
        with asked:  # its port is open seconds before it answers
            psycopg.connect(url, connect_timeout=5).close()
    return url


def _kafka_container(port: int) -> Any:
    from testcontainers.core.container import DockerContainer

    container = DockerContainer(KAFKA_IMAGE).with_bind_ports(9092, port)
    settings = {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "KAFKA_LISTENERS": "PLAINTEXT://:9092,CONTROLLER://:9093",
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://127.0.0.1:{port}",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS": "1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS": "1000",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
    }
    for name, value in settings.items():
        container = container.with_env(name, value)
    return container


def _started(container: Any) -> Any:
    """Start a container; None where its image cannot be had, so that our own server serves."""
    import docker

    try:
        return container.start()
    except docker.errors.DockerException as reason:
        sys.stderr.write(f"Docker cannot start {container.image}: {type(reason).__name__}\n")
        return None


@contextmanager
def _folder(kind: str) -> Iterator[Path]:
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"kinbridge-tests-{os.getpid()}-{kind}-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        _remove(folder)


def _remove(folder: Path) -> None:
    remove_data(folder / "cluster")
    shutil.rmtree(folder, ignore_errors=True)


def _sweep() -> None:
    """End what a killed test run left behind: its servers, then their folders."""
    for folder in Path(tempfile.gettempdir()).glob("kinbridge-tests-*"):
        pid = folder.name.split("-")[2]
        if not pid.isdigit() or psutil.pid_exists(int(pid)):
            continue
        LocalKafka(folder).kill() if "kafka" in folder.name else LocalPostgres(folder).kill()
        _remove(folder)
