"""The jobs that make what the services need before they start, and keep it: each may run again."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from chassis.messaging.kafka_security import KafkaAt
from chassis.messaging.refusals import refusal_of
from chassis.migrate import keep_partitions
from deploy.containers.plan import server_url
from deploy.local.databases import Passwords, create_service_database
from deploy.local.kafka_ready import wait_until_ready
from deploy.local.parts import SERVICES
from deploy.local.places import CannotStartError
from deploy.local.topics import create_topics

DAY = 86_400.0
KAFKA_WITHIN = 120.0


def make_databases(secrets: Path) -> None:
    """Make each service's database and two roles as its two URLs say; new passwords are taken over.

    Args:
        secrets: The folder of the secret files.
    """
    admin = server_url(_read(secrets, "postgres_password"))
    for service in SERVICES:
        owner = urlsplit(_read(secrets, f"{service}_owner_database_url"))
        app = urlsplit(_read(secrets, f"{service}_database_url"))
        create_service_database(
            admin,
            service,
            passwords=Passwords(owner.password or "", app.password or ""),
            database=owner.path.removeprefix("/"),
        )
        print(f"{service}: the database and its two roles are there", flush=True)


def make_topics(kafka: KafkaAt, replication: int = 1) -> None:
    """Wait for Kafka, and make every topic that is missing, on as many brokers each.

    Raises:
        CannotStartError: Kafka takes no topic in time.
    """
    if not wait_until_ready(kafka, within=KAFKA_WITHIN, alive=lambda: True):
        refusal = asyncio.run(refusal_of(kafka))
        why = refusal.sentence if refusal else ""
        raise CannotStartError(
            f"Kafka at {kafka.servers} took no topic in {KAFKA_WITHIN:.0f} s. {why}".strip()
        )
    asyncio.run(create_topics(kafka, replication=replication))
    print("the topics are there", flush=True)


def keep_all_partitions(secrets: Path) -> None:
    """Make the coming days of every outbox, and drop its old ones."""
    for service in SERVICES:
        keep_partitions(_read(secrets, f"{service}_owner_database_url"))
    print("the outboxes have their coming days", flush=True)


def daily(work: Callable[[], None], pause: Callable[[float], None] = time.sleep) -> None:
    """Do it now and every day; a failure ends the process, and its restart tries again."""
    while True:
        work()
        pause(DAY)


def _read(secrets: Path, name: str) -> str:
    return (secrets / name).read_text().strip()
