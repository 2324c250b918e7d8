"""`make demo-containers`: the day on docker-compose.yml, then again while containers restart."""

import asyncio
import sys
import time
from collections.abc import Callable, Sequence

from rich.table import Table

from deploy.containers.drill import console, drilled, verdict
from deploy.containers.engine import docker, memory_of
from deploy.containers.restarts import Restarts, RestlessHub
from deploy.containers.stack import ContainerStack
from deploy.day.hub import Hub
from deploy.day.play import play
from deploy.local.parts import SERVERS, SERVICES

PROJECT = "kinbridge-demo"
RESTARTED = (*SERVICES, *SERVERS)


def main() -> int:
    """Play both days on fresh data, tell times, memory and sizes, and take everything down."""
    return drilled(PROJECT, _both_days)


def _both_days(stack: ContainerStack) -> int:
    _timed("The images were built", stack.build)
    return verdict(_first_day(stack) + _second_day(stack))


def _first_day(stack: ContainerStack) -> list[str]:
    _fresh(stack)
    began = time.monotonic()
    wrong = asyncio.run(play(Hub.of(stack.state_file), console))
    console.print(f"The day took {time.monotonic() - began:.1f} s.\n")
    console.print(_figures(stack))
    return wrong


def _second_day(stack: ContainerStack) -> list[str]:
    _fresh(stack)
    began = time.monotonic()
    wrong, done, again = asyncio.run(_restless(stack))
    console.print(
        f"The second day took {time.monotonic() - began:.1f} s; restarted: {', '.join(done)}; "
        f"requests asked again: {again}."
    )
    missed = [f"{part} was not restarted: the day was over before." for part in RESTARTED]
    return wrong + missed[len(done) :]


async def _restless(stack: ContainerStack) -> tuple[list[str], Sequence[str], int]:
    async def restart(part: str) -> None:
        console.print(f"[yellow]   {part} restarts[/]")
        await asyncio.to_thread(stack.restart, part)
        console.print(f"[yellow]   {part} is back[/]")

    hub = RestlessHub.of(stack.state_file)
    restarts = Restarts(RESTARTED, restart)
    hub.disturb(restarts)
    wrong = await play(hub, console)
    return wrong, restarts.done, hub.users.again


def _fresh(stack: ContainerStack) -> None:
    stack.down(volumes=True)
    _timed("Everything was healthy", stack.up)


def _timed(what: str, work: Callable[[], None]) -> None:
    began = time.monotonic()
    work()
    console.print(f"{what} after {time.monotonic() - began:.1f} s.")


def _figures(stack: ContainerStack) -> Table:
    """Memory per container and size per image."""
    table = Table("container", "memory", "image", "size")
    containers = stack.compose.rows("ps", "--format", "json")
    memory = memory_of([row["Name"] for row in containers])
    for row in containers:
        size = docker("image", "inspect", "--format", "{{.Size}}", row["Image"])
        table.add_row(
            row["Service"], memory[row["Name"]], row["Image"], f"{int(size) / 1e6:.0f} MB"
        )
    return table


if __name__ == "__main__":
    sys.exit(main())
