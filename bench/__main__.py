"""`make bench`: each figure as it is measured, and all of them in a table at the end.

A bench judges nothing: it marks a missed target and still exits with 0. Name some benches to run
those alone: `python -m bench memory idle`.
"""

import asyncio
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from rich.console import Console
from rich.table import Table

from bench import idle, latency, memory, received, relay, startup
from bench.figures import Figure
from bench.stage import Stage, staged

console = Console(highlight=False)

ALONE: Mapping[str, Callable[[], Iterable[Figure]]] = {
    "startup": startup.measure,
    "relay": lambda: [asyncio.run(relay.measure())],
}
"""These start what they need themselves."""
ON_STAGE: Mapping[str, Callable[[Stage], Iterable[Figure]]] = {
    "memory": memory.measure,
    "idle": idle.measure,
    "latency": latency.measure,
    "received": received.measure,
}
"""These share one running Kinbridge, in this order: `received` takes parts of it down."""


def main(wanted: set[str]) -> None:
    """Measure everything, or what is wanted of it, and print it."""
    found: list[Figure] = []
    for name in ("startup", "relay"):
        if name in wanted:
            _print(name, ALONE[name], found)
    if on_stage := [name for name in ON_STAGE if name in wanted]:
        with staged() as stage:
            for name in on_stage:
                _print(name, partial(ON_STAGE[name], stage), found)
    console.print(_table(found))


def _print(name: str, measure: Callable[[], Iterable[Figure]], found: list[Figure]) -> None:
    try:
        for figure in measure():
            found.append(figure)
            console.print(figure.line(), style="red" if figure.missed else "", markup=False)
    except Exception:  # noqa: BLE001 - one bench that breaks is no reason to lose the others
        console.print(f"{name} could not be measured:", style="red")
        console.print(traceback.format_exc(limit=-4), markup=False)


def _table(figures: Iterable[Figure]) -> Table:
    table = Table("figure", "measured", "wanted", "load", "", box=None, header_style="bold")
    for each in figures:
        missed = "[red]missed[/]" if each.missed else "[green]met[/]" if each.target else ""
        table.add_row(each.name, each.measured, each.target, f"{each.load:.1f}", missed)
    return table


if __name__ == "__main__":
    main(set(sys.argv[1:]) or {*ALONE, *ON_STAGE})
