"""Plays the day on a running stack, checks its ledger, and exits with 1 if anything is wrong."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deploy.day.hub import Hub, NeverQuiet, Unexpected
from deploy.day.play import STORIES, play

console = Console(highlight=False, width=140)


def main(stack: Annotated[Path, typer.Option(help="A running stack's stack.json.")]) -> None:
    """Play the day and print its timeline and its ledger."""
    try:
        wrong = asyncio.run(play(Hub.of(stack), console))
    except (Unexpected, NeverQuiet) as reason:
        console.print(f"\n[red]The day stopped:[/] {type(reason).__name__}")
        console.print(str(reason), markup=False, soft_wrap=True)
        raise typer.Exit(1) from None
    if wrong:
        console.print("\n[red]The ledger is red:[/]")
        for sentence in wrong:
            console.print(f"  {sentence}", markup=False, soft_wrap=True)
        raise typer.Exit(1)
    console.print(
        f"\n[green]The ledger is green:[/] {len(STORIES)} stories; every referral has one state "
        "and one owner, every milestone was told once, every signature is good, nobody's name "
        "left the rooms it belongs to."
    )


if __name__ == "__main__":
    typer.run(main)
