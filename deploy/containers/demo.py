"""`make demo-containers`: the day on docker-compose.yml, then again while containers restart."""

import asyncio
import sys
import time
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.table import Table

from deploy.containers.engine import NO_ENGINE, docker, engine_answers, memory_of
from deploy.containers.restarts import Restarts, RestlessHub
from deploy.containers.stack import ContainerStack
from deploy.day.hub import Hub, NeverQuiet, Unexpected
from deploy.day.play import play
from deploy.local.parts import SERVERS, SERVICES
from deploy.local.places import LOCAL, CannotStartError

console = Console(highlight=False, width=140)
PROJECT = "kinbridge-demo"
RESTARTED = (*SERVICES, *SERVERS)


def main() -> int:
    """Play both days on fresh data, tell times, memory and sizes, and take everything down."""
    if not engine_answers():
        console.print(NO_ENGINE, soft_wrap=True)
        return 1
    stack = ContainerStack(LOCAL / PROJECT)
    try:
        _timed("The images were built", stack.build)
        wrong = _first_day(stack) + _second_day(stack)
    except (CannotStartError, Unexpected, NeverQuiet) as reason:
        console.print(f"[red]It stopped:[/] {type(reason).__name__}")
        console.print(str(reason), markup=False, soft_wrap=True)
        return 1
    finally:
        stack.down(volumes=True)
    for sentence in wrong:
        console.print(f"  {sentence}", markup=False, soft_wrap=True)
    console.print("[red]The ledger is red.[/]" if wrong else "[green]Both ledgers are green.[/]")
    return 1 if wrong else 0


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
