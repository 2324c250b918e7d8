"""What every play on containers begins and ends with: an engine, fresh data, and nothing left."""

from collections.abc import Callable

from rich.console import Console

from deploy.containers.engine import NO_ENGINE, engine_answers
from deploy.containers.stack import ContainerStack
from deploy.day.hub import NeverQuiet, Unexpected
from deploy.day.patience import NobodyAnswered
from deploy.local.places import LOCAL, CannotStartError

console = Console(highlight=False, width=140)
STOPPED = (CannotStartError, Unexpected, NeverQuiet, NobodyAnswered)


def drilled(project: str, play: Callable[[ContainerStack], int]) -> int:
    """Play on a stack of its own, say in a sentence what stopped it, and take everything down.

    Returns:
        what the play returned; 1 where it stopped, or where no engine answers.
    """
    if not engine_answers():
        console.print(NO_ENGINE, soft_wrap=True)
        return 1
    stack = ContainerStack(LOCAL / project)
    try:
        return play(stack)
    except STOPPED as reason:
        console.print(f"[red]It stopped:[/] {type(reason).__name__}")
        console.print(str(reason), markup=False, soft_wrap=True)
        return 1
    finally:
        stack.down(volumes=True)


def verdict(wrong: list[str]) -> int:
    """Print what the ledger found, and give the exit code."""
    for sentence in wrong:
        console.print(f"  {sentence}", markup=False, soft_wrap=True)
    console.print("[red]The ledger is red.[/]" if wrong else "[green]The ledger is green.[/]")
    return 1 if wrong else 0
