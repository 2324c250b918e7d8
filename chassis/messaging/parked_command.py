"""`parked list | replay | discard`: what an operator does about messages that stand aside."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from chassis.facts import Fact
from chassis.messaging.lines import (
    GivenUp,
    ParkedMessage,
    all_lines,
    discard,
    line_of,
    parked_messages,
)
from chassis.messaging.replay import Replayed, Replayer

T = TypeVar("T")
OpenReplayer = Callable[[], AbstractAsyncContextManager[Replayer]]
COLUMNS = ("number", "since", "type", "key", "topic", "offset", "reason", "waits for", "tries")


@dataclass(frozen=True)
class Operator:
    """Who stands at the command line; the audit keeps the name that they give."""

    subject: str
    kind: str = "system"
    organisation: str = "operations"


def parked_commands(opened: OpenReplayer) -> typer.Typer:
    """Make the `parked` commands of one service; `opened` gives its replayer, with its engine."""
    app = typer.Typer(no_args_is_help=True, help="Messages that stand aside.")

    @app.command("list")
    def list_() -> None:
        """List what is parked, oldest first."""
        Console().print(_table(_run(opened, _listed)))

    @app.command()
    def replay(
        numbers: Annotated[list[int] | None, typer.Argument(help="From `parked list`.")] = None,
        *,
        everything: Annotated[bool, typer.Option("--all", help="Replay every line.")] = False,
    ) -> None:
        """Replay the lines of the numbers given, each from its oldest message on."""
        if not numbers and not everything:
            raise typer.BadParameter("Give numbers from `parked list`, or --all.")
        stopped = _run(opened, lambda replayer: _replay(replayer, numbers or []))
        raise typer.Exit(1 if stopped else 0)

    @app.command("discard")
    def discard_(
        number: Annotated[int, typer.Argument(help="From `parked list`.")],
        why: Annotated[GivenUp, typer.Option(help="The reason that goes on record.")],
        who: Annotated[str, typer.Option(help="Who decides so; goes into the audit.")],
    ) -> None:
        """Give one message up; it stays on record and the line behind it moves up."""
        _run(opened, lambda replayer: _discard(replayer, number, why, who))
        typer.echo(f"{number} is given up ({why}).")

    return app


def _run(opened: OpenReplayer, work: Callable[[Replayer], Awaitable[T]]) -> T:
    async def inside() -> T:
        async with opened() as replayer:
            return await work(replayer)

    try:
        return asyncio.run(inside())
    except Fact as refused:
        typer.echo(refused.sentence, err=True)
        raise typer.Exit(1) from refused


async def _listed(replayer: Replayer) -> list[ParkedMessage]:
    async with replayer.pipeline.engine.connect() as conn:
        return await parked_messages(conn, replayer.pipeline.group)


async def _replay(replayer: Replayer, numbers: list[int]) -> bool:
    """Replay lines (all of them when no number is given); tell whether one stopped."""
    group = replayer.pipeline.group
    async with replayer.pipeline.engine.connect() as conn:
        lines = [await line_of(conn, group, number) for number in numbers]
        lines = lines or await all_lines(conn, group)
    outcomes = [await replayer.replay(line) for line in dict.fromkeys(lines)]
    for outcome in outcomes:
        typer.echo(_said(outcome))
    return any(outcome.stopped_at is not None for outcome in outcomes)


async def _discard(replayer: Replayer, number: int, why: GivenUp, who: str) -> None:
    async with replayer.pipeline.engine.begin() as conn:
        await discard(conn, replayer.pipeline.group, number, by=Operator(who), why=why)


def _said(outcome: Replayed) -> str:
    if outcome.reason is None:
        return f"{outcome.done} handled."
    why = " ".join((outcome.reason.slug, *outcome.reason.detail))
    return f"{outcome.done} handled; stopped at {outcome.stopped_at}: {why}."


def _table(messages: list[ParkedMessage]) -> Table:
    table = Table(*COLUMNS, title=f"{len(messages)} parked")
    for message in messages:
        table.add_row(
            str(message.number),
            f"{message.parked_at:%Y-%m-%d %H:%M:%S}",
            message.ce_type or "?",
            "" if message.key is None else message.key.decode("utf-8", "backslashreplace"),
            f"{message.topic}/{message.partition}",
            str(message.record_offset),
            " ".join((message.reason, *message.detail)),
            message.fact or "",
            str(message.tries),
        )
    return table
