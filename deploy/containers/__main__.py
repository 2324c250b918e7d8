"""The command line of the containers' jobs: `python -m deploy.containers …`, also as an image."""

import asyncio
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.containers.compose_file import ComposeFile
from deploy.containers.plan import FOLDER
from deploy.local.parts import SERVICES
from deploy.local.places import ROOT, CannotStartError

if TYPE_CHECKING:
    from chassis.messaging.kafka_security import KafkaAt

application = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)
SECRETS = Path(os.environ.get("KINBRIDGE_SECRETS_DIRECTORY", "/run/secrets"))


@application.command("first-start")
def first_start_(
    *,
    production: Annotated[bool, typer.Option(help="Draw only what the hub itself owns.")] = False,
    folder: Annotated[Path, typer.Option(help="Where the secrets are kept.")] = FOLDER,
) -> None:
    """Draw the secrets that are missing and, for a trial, write .env."""
    from deploy.containers.first_start import first_start  # noqa: PLC0415 - joserfc, here alone

    first_start(ComposeFile.read(), folder, ROOT / ".env", print, production=production)


@application.command()
def databases() -> None:
    """Make the four databases and their roles, with the passwords of the secret files."""
    from deploy.containers.prepare import make_databases  # noqa: PLC0415 - psycopg, here alone

    make_databases(SECRETS)


@application.command()
def topics(
    *, replication: Annotated[int, typer.Option(help="Brokers that hold each record.")] = 1
) -> None:
    """Wait for Kafka and make the topics."""
    from deploy.containers.prepare import make_topics  # noqa: PLC0415 - aiokafka, here alone

    make_topics(_kafka(), replication)


@application.command()
def partitions(
    *, once: Annotated[bool, typer.Option(help="Now alone; something else keeps the days.")] = False
) -> None:
    """Make the outboxes' coming days and drop old ones, now and every day."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # a container's first process
    from deploy.containers.prepare import daily, keep_all_partitions  # noqa: PLC0415 - Alembic

    if once:
        keep_all_partitions(SECRETS)
    else:
        daily(lambda: keep_all_partitions(SECRETS))


@application.command("after-restore")
def after_restore(
    *, hours: Annotated[float, typer.Option(help="How much of each outbox goes out again.")] = 24.0
) -> None:
    """Once the databases are restored and before services start: bring them and Kafka together."""
    from deploy.containers.after_restore import (  # noqa: PLC0415 - aiokafka, FastStream: here alone
        say_again,
        skip_what_is_lost,
    )

    asyncio.run(skip_what_is_lost(_kafka()))
    for service in SERVICES:
        url = (SECRETS / f"{service}_owner_database_url").read_text().strip()
        print(f"{service}: {say_again(url, timedelta(hours=hours))} events go out again")


def _kafka() -> "KafkaAt":
    """Where Kafka is, told as the services are told it."""
    from chassis.kafka_settings import KafkaSettings  # noqa: PLC0415 - pydantic, where it is used
    from chassis.messaging.kafka_security import UnusableKafkaFile  # noqa: PLC0415 - as above

    try:
        kafka = KafkaSettings().kafka
        kafka.tls()
    except (ValueError, UnusableKafkaFile) as wrong:
        raise CannotStartError(str(wrong)) from wrong
    return kafka


if __name__ == "__main__":
    try:
        application()
    except CannotStartError as reason:
        sys.exit(str(reason))
