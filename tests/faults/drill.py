"""A drill: one whole day on a stack of its own, with faults laid over it, and the ledger after."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from rich.console import Console

from deploy.day.cast import Day
from deploy.day.evidence import Evidence, Heard
from deploy.day.expected import Expected
from deploy.day.families import planted
from deploy.day.gather import gather
from deploy.day.ledger import check_day
from deploy.day.play import STORIES, the_day
from deploy.day.timeline import Timeline
from deploy.local.plan import StackPlan
from deploy.local.stack import Stack
from tests.faults.crossing import Crossing
from tests.faults.drilled_hub import DrilledHub
from tests.faults.keeping import Keeper, kept
from tests.faults.moments import Moment
from tests.making.running_stacks import parked
from tests.making.servers import own_stack

Fault = Callable[["Drill"], Coroutine[Any, Any, None]]

MANY_TIMES = frozenset(
    {
        *("notification.milestone-told", "notification.milestone-suppressed"),
        *("case.child-seen", "case.no-contact-step-recorded", "referral.danger-reported"),
    }
)
"""What may rightly be said more than once in the life of one aggregate."""


class FaultyTimeline(Timeline):
    """Tells the day, and lets a fault begin at a certain act or story."""

    def __init__(self, drill: "Drill", console: Console) -> None:
        super().__init__(drill.hub, console)
        self._drill = drill
        self._console = console

    def story(self, title: str) -> None:
        """Begin a story, and beside it the faults that belong to it."""
        super().story(title)
        for fault in self._drill.faults_at(title.partition(" ")[0]):
            self._drill.beside(fault(self._drill))

    async def act(self, who: str, what: str) -> None:
        """Tell an act; a fault strikes before it has settled, or before the next one."""
        self._drill.acts += 1
        number = self._drill.acts
        await self._strike(f"act {number}")
        await super().act(who, what)
        await self._strike(f"after act {number}", what)

    async def _strike(self, *places: str) -> None:
        for fault in self._drill.faults_at(*places):
            await fault(self._drill)

    def note(self, line: str) -> None:
        """Tell of a fault."""
        self._console.print(f"[red]{line}[/]", soft_wrap=True)


def chosen_seed() -> int:
    """Tell the seed: the one given, or a new one, which a failing drill prints."""
    given = os.environ.get("KINBRIDGE_SEED")
    return int(given) if given else random.SystemRandom().randrange(1_000_000)


@dataclass
class Drill:
    """A running stack, the day on it, and what shall go wrong.

    `faults` strike at their place in the day: a story's first word, "act 7" (asked for, and not
    settled yet), "after act 7" (before the next request), or after the act with these words.
    """

    stack: Stack
    hub: DrilledHub
    keeper: Keeper
    seed: int = field(default_factory=chosen_seed)
    moments: list[Moment] = field(default_factory=list)
    faults: dict[str, Fault] = field(default_factory=dict)
    stories: list[Expected] = field(default_factory=lambda: list(STORIES))
    planted: list[str] = field(default_factory=lambda: list(planted()))
    acts: int = 0
    day_class: type[Day] = Day
    _under_way: list[asyncio.Future[None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.timeline = FaultyTimeline(self, Console(highlight=False, width=140))
        self.day = self.day_class(self.hub, self.timeline)
        self.timeline.note(f"This drill's seed: KINBRIDGE_SEED={self.seed}")

    def dice(self) -> random.Random:
        """Give the dice that the seed throws."""
        return random.Random(self.seed)  # noqa: S311 - replayed by its seed

    def faults_at(self, *places: str) -> list[Fault]:
        """Give the faults of a place in the day; each strikes once."""
        return [self.faults.pop(place) for place in places if place in self.faults]

    def beside(self, going_on: Coroutine[Any, Any, None]) -> None:
        """Let something go on beside the day, which ends when it has."""
        self._under_way.append(asyncio.ensure_future(going_on))

    async def play(self) -> None:
        """Play the day to its end, and every fault to its own."""
        async with self.timeline:
            await the_day(self.day)
            await asyncio.gather(*self._under_way)
            await self.hub.quiet()

    async def give_up(self) -> None:
        """End what still goes on beside a day that failed."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def find_green(self) -> None:
        """Hold the day against its ledger, and tell everything that is wrong with it."""
        wrongs = await self.wrongs()
        assert not wrongs, "\n".join([f"replay: KINBRIDGE_SEED={self.seed} make faults", *wrongs])

    async def wrongs(self) -> list[str]:
        """Give a sentence for everything that is wrong after the day; none when all is well."""
        agencies = [agency.id for agency in self.day.agencies.values()]
        evidence = await gather(self.hub, self.day.receipts, agencies, self.planted)
        return [
            *(f"never came: {place}" for place in self.faults),
            *(f"never came: {moment}" for moment in self.moments if not moment.met),
            *(f"ended by itself: {which}" for which in self.keeper.by_themselves),
            *check_day(evidence, self.stories),
            *_done_twice(evidence),
            *await parked(self.stack),
        ]


def _done_twice(evidence: Evidence) -> list[str]:
    once: dict[str, Heard] = {heard.id: heard for heard in evidence.heard}
    said = Counter((heard.type, heard.key) for heard in once.values())
    return [
        f"{type_} was said {count} times of {key}"
        for (type_, key), count in said.items()
        if count > 1 and type_ not in MANY_TIMES
    ]


@asynccontextmanager
async def a_drill(moments: Sequence[Moment] = (), **more: Any) -> AsyncIterator[Drill]:
    """Run a stack of its own, kept alive; a service that has moments is watched on its way."""
    stacks: list[Stack] = []

    async def kill(moment: Moment) -> None:
        drill.timeline.note(f"kill -9 · {moment}")
        await asyncio.to_thread(stacks[0].kill_service, moment.service)

    async with AsyncExitStack() as opened:
        ways: dict[str, Crossing] = {}
        for service in {moment.service for moment in moments}:
            theirs = [moment for moment in moments if moment.service == service]
            ways[service] = await opened.enter_async_context(Crossing(theirs, kill))
        stack = await opened.enter_async_context(_own_stack(lambda plan: _led(plan, ways)))
        stacks.append(stack)
        hub = DrilledHub.of(stack.plan.state_file)
        opened.push_async_callback(hub.http.aclose)
        keeper = await opened.enter_async_context(kept(stack))
        drill = Drill(stack, hub, keeper, moments=list(moments), **more)
        opened.push_async_callback(drill.give_up)
        yield drill


@asynccontextmanager
async def _own_stack(planned: Callable[[StackPlan], StackPlan]) -> AsyncIterator[Stack]:
    stack = own_stack(planned)
    running = await asyncio.to_thread(stack.__enter__)
    try:
        yield running
    finally:
        await asyncio.to_thread(stack.__exit__, None, None, None)


def _led(plan: StackPlan, ways: Mapping[str, Crossing]) -> StackPlan:
    """Plan with the services' databases behind their crossings; migrations go straight."""
    server = plan.ports["postgres"]
    databases = dict(plan.databases)
    for service, way in ways.items():
        way.leads_to(server)
        url = databases[service].app_url.replace(f":{server}/", f":{way.port}/")
        databases[service] = replace(databases[service], app_url=url)
    return replace(plan, databases=databases)
