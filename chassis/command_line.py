"""The command line that every service has: serve, migrate, partitions, restored, parked, openapi.

Each command imports what it needs when it runs, so that serving stays small.
"""

import gc
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from chassis.assembly import Assembly, pipeline_of, replayer_of
from chassis.card import Card
from chassis.settings import ServiceSettings

if TYPE_CHECKING:
    from chassis.messaging.replay import Replayer

Assemble = Callable[[], Assembly]


class OwnerUrlMissing(typer.BadParameter):
    """The owner's database URL is not set, and this command works as the owner."""

    def __init__(self) -> None:
        """Name the setting."""
        super().__init__("Set KINBRIDGE_OWNER_DATABASE_URL: this works as the database's owner.")


def command_line(card: Card, settings_class: type[ServiceSettings], assemble: Assemble) -> None:
    """Run one service's command line.

    Args:
        card: The service.
        settings_class: Its settings, for the commands that need no more.
        assemble: Builds the whole service; called by the commands that need it.
    """
    app = typer.Typer(help=card.decides, no_args_is_help=True, add_completion=False)
    _add_serving(app, assemble)
    _add_ownership(app, card, settings_class)
    from chassis.messaging.parked_command import parked_commands  # noqa: PLC0415 - see above

    app.add_typer(parked_commands(lambda: _replayer_of(assemble)), name="parked")
    app(prog_name=f"python -m services.{card.name}")


@asynccontextmanager
async def _replayer_of(assemble: Assemble) -> AsyncIterator["Replayer"]:
    assembly = assemble()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(assembly.room.engine.dispose)
        for each in assembly.opened:
            await stack.enter_async_context(each)
        yield replayer_of(assembly, pipeline_of(assembly))


def _add_serving(app: typer.Typer, assemble: Assemble) -> None:
    @app.command()
    def serve() -> None:
        """Serve until told to stop; then finish what is held and end."""
        import uvicorn  # noqa: PLC0415 - see above

        from chassis.assembly import application  # noqa: PLC0415 - see above

        assembly = assemble()
        served = application(assembly)
        # What stands now stays: looking through it again takes 75 ms, in which nobody is served.
        gc.collect()
        gc.freeze()
        uvicorn.run(
            served,
            host=assembly.settings.service_host,
            port=assembly.settings.service_port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=8,
            server_header=False,
        )

    @app.command()
    def openapi() -> None:
        """Print the OpenAPI description."""
        from chassis.assembly import application  # noqa: PLC0415 - see above

        typer.echo(json.dumps(application(assemble()).openapi(), indent=1))


def _add_ownership(app: typer.Typer, card: Card, settings_class: type[ServiceSettings]) -> None:
    def urls() -> tuple[str, str]:
        settings = settings_class()
        if settings.owner_database_url is None:
            raise OwnerUrlMissing
        return (
            settings.owner_database_url.get_secret_value(),
            settings.database_url.get_secret_value(),
        )

    @app.command()
    def migrate(stage: Annotated[Literal["pre", "post", "all"], typer.Option()] = "all") -> None:
        """Bring the database up to date, as its owner."""
        from chassis.migrate import migrate as run  # noqa: PLC0415 - see above

        for revision in run(card.name, *urls(), stage):
            typer.echo(f"{card.name}: ran {revision}")

    @app.command()
    def partitions() -> None:
        """Make the outbox's coming days and drop its old ones; run it daily."""
        from chassis.migrate import keep_partitions  # noqa: PLC0415 - see above

        keep_partitions(urls()[0])

    @app.command()
    def restored() -> None:
        """Say that the database was restored into another cluster; before any service starts."""
        from chassis.migrate import restored as run  # noqa: PLC0415 - see above

        typer.echo(f"{card.name}: events are of epoch {run(urls()[0])} from now on")
