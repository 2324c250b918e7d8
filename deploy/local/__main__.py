"""The command line of one machine: `python -m deploy.local up | down | status | logs | …`."""

import signal
import subprocess
import sys
import time
from typing import Annotated

import typer
from rich.console import Console

from deploy.local.places import LOCAL, ROOT, CannotStartError
from deploy.local.shown import show_first_steps, show_standing
from deploy.local.stack import DEFAULT, Stack
from deploy.local.tail import ends, follow, logs_of

console = Console(highlight=False)
application = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)
Name = Annotated[str, typer.Option("--stack", help="The stack's name: its folder under .local.")]
DEMO = "demo"


@application.command()
def up(name: Name = DEFAULT) -> None:
    """Start everything, or what of it does not run, and tell where it is."""
    started = time.monotonic()
    stack = Stack.named(name, say=_say)
    _up(stack)
    console.print(f"[green]Ready[/] after {time.monotonic() - started:.1f} s.\n")
    show_standing(console, stack)
    show_first_steps(console, stack)


@application.command()
def down(name: Name = DEFAULT) -> None:
    """Stop everything; all data stays for the next `up`."""
    if _exists(name):
        Stack.named(name).down()
    console.print("Everything is down; the data stays (`make clean` removes it).")


@application.command()
def status(name: Name = DEFAULT) -> None:
    """Tell how each part stands; exit with 1 unless all is ready."""
    if not _exists(name):
        console.print("Nothing has been started here yet: make up.")
        raise typer.Exit(1)
    if not show_standing(console, Stack.named(name)):
        raise typer.Exit(1)


@application.command()
def logs(
    part: Annotated[str | None, typer.Argument(help="A service, simulators, kafka, …")] = None,
    name: Name = DEFAULT,
    *,
    lines: Annotated[int, typer.Option(help="Lines from the end of each log.")] = 40,
    following: Annotated[bool, typer.Option("--follow", "-f", help="Go on reading.")] = False,
) -> None:
    """Show the end of the logs of one part, or of all."""
    found = logs_of(Stack.named(name).plan, part) if _exists(name) else []
    for source, line in ends(found, lines):
        console.print(f"[dim]{source}[/] ", end="")
        console.print(line, markup=False, soft_wrap=True)
    for source, line in follow(found) if following else ():
        console.print(f"[dim]{source}[/] ", end="")
        console.print(line, markup=False, soft_wrap=True)


@application.command()
def clean() -> None:
    """Stop every stack, and remove all data, logs and secrets under .local."""
    for state in LOCAL.glob("*/stack.json"):
        Stack.named(state.parent.name).remove()
    console.print("All stacks are down and their data is removed.")


@application.command()
def demo() -> None:
    """Play a day of Early Help on a fresh stack, take it down, and exit as the day did."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if _exists(DEMO):
        Stack.named(DEMO).remove()
    stack = Stack.named(DEMO, say=_say)
    _up(stack)
    try:
        day = [sys.executable, "-m", "deploy.day", "--stack", str(stack.plan.state_file)]
        code = subprocess.run(day, cwd=ROOT, check=False).returncode
    finally:
        Stack.named(DEMO).down()  # read afresh: the day may have killed and restarted parts
    console.print(f"The demo's stack is down; its logs stay in {stack.plan.log('').parent}.")
    raise typer.Exit(code)


def _up(stack: Stack) -> None:
    try:
        stack.up()
    except CannotStartError as reason:
        console.print("[red]It cannot start.[/]")
        console.print(str(reason), markup=False, soft_wrap=True)
        raise typer.Exit(1) from None


def _exists(name: str) -> bool:
    return (LOCAL / name / "stack.json").exists()


def _say(line: str) -> None:
    console.print(f"[dim]…[/] {line}")


if __name__ == "__main__":
    application()
