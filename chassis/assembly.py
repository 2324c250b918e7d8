"""A whole service put together: its card and parts in, one supervised application out."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from fastapi import APIRouter, FastAPI
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis.card import Card
from chassis.clocks import FieldClock
from chassis.housekeeping import keep_house
from chassis.messaging.backlog import Backlog
from chassis.messaging.consumer import Consumer
from chassis.messaging.lines import parked_count, ready_count
from chassis.messaging.pipeline import Handler, Pipeline
from chassis.messaging.relay import Relay
from chassis.messaging.replay import Replayer
from chassis.messaging.timers import TimerHandler, TimerRunner
from chassis.settings import ServiceSettings
from chassis.supervision import Loop, Supervisor, stuck
from chassis.telemetry import set_up_telemetry, stop_telemetry
from chassis.web import worklist
from chassis.web.application import make_application
from chassis.web.health import database_probe, health_router
from chassis.web.quiet import quiet_router
from contracts.envelope import Message


class Room(Protocol):
    """What the chassis asks of a service's room."""

    @property
    def engine(self) -> AsyncEngine:
        """Its database."""

    @property
    def clock(self) -> FieldClock:
        """The field's clock."""


Waiting = Callable[[AsyncConnection], Awaitable[Mapping[str, int]]]


async def _nothing_waits(_conn: AsyncConnection) -> Mapping[str, int]:
    return {}


@dataclass(frozen=True)
class Assembly:
    """The parts of one service.

    Args:
        card: What it is.
        settings: Read once, by its main.
        room: What its routes, handlers and timers work with.
        routers: Its own routes.
        handlers: One per message class it hears.
        timers: One per kind of timer it sets.
        loops: Its own loops, such as a dispatcher, by name.
        settled_by_the_work: Kinds of prompt that nobody may tick off: doing the work settles them.
        waiting: Counts what of its own still waits, for the quiet report.
        public: Its routes without a door, as "METHOD /path".
        own_reading: Its routes that make something even of JSON that no parser takes.
        backlog: The outbox's age; given where routes ask it, made here otherwise.
        opened: What is opened with the service and closed with it, such as outbound clients.
    """

    card: Card
    settings: ServiceSettings
    room: Room
    routers: Sequence[APIRouter]
    handlers: Mapping[type[Message], Handler] = field(default_factory=dict)
    timers: Mapping[str, TimerHandler] = field(default_factory=dict)
    loops: Mapping[str, Loop] = field(default_factory=dict)
    settled_by_the_work: Collection[str] = ()
    waiting: Waiting = _nothing_waits
    public: Collection[str] = ()
    own_reading: Collection[str] = ()
    backlog: Backlog | None = None
    opened: Sequence[AbstractAsyncContextManager[Any]] = ()


def pipeline_of(assembly: Assembly) -> Pipeline:
    """Make the pipeline of the service's consumer group; its replay command uses it too."""
    return Pipeline(
        assembly.card.name,
        assembly.room.engine,
        assembly.handlers,
        parked_in_a_row=assembly.settings.parked_in_a_row,
    )


def replayer_of(assembly: Assembly, pipeline: Pipeline) -> Replayer:
    """Make what tries the service's parked messages again."""
    waits = timedelta(seconds=assembly.settings.fact_wait_alarm_seconds)
    return Replayer(pipeline, alarm_after=waits)


def make_backlog(settings: ServiceSettings, engine: AsyncEngine) -> Backlog:
    """Make the watch over the outbox's age, as the settings say."""
    return Backlog(
        engine,
        alarm=timedelta(seconds=settings.outbox_alarm_seconds),
        refuse=timedelta(seconds=settings.outbox_refuse_seconds),
    )


class Running:
    """The moving parts of a service while it serves."""

    def __init__(self, assembly: Assembly) -> None:
        """Make the relay, the timers, the consumer and the service's own loops.

        Raises:
            UnusableKafkaFile: A certificate or key for Kafka cannot be used.
        """
        settings, engine = assembly.settings, assembly.room.engine
        self._engine, self._group, self._waiting = engine, assembly.card.name, assembly.waiting
        settings.kafka.tls()  # a file that cannot be used stops the start
        self.backlog = assembly.backlog or make_backlog(settings, engine)
        self.relay = Relay(
            settings.database_url.get_secret_value(),
            settings.kafka,
            assembly.card.source,
        )
        self.timers = TimerRunner(engine, assembly.room.clock, assembly.timers)
        loops: dict[str, Loop] = {
            "relay": self.relay.run,
            "timers": self.timers.run,
            "backlog": lambda: self.backlog.watch(asyncio.sleep),
            "housekeeping": lambda: keep_house(engine),
            **assembly.loops,
        }
        self.consumer: Consumer | None = None
        if assembly.handlers:
            pipeline = pipeline_of(assembly)
            self.consumer = Consumer(settings, pipeline, assembly.card.listens)
            replayer = replayer_of(assembly, pipeline)
            loops |= {"consumer": self.consumer.run, "replay": replayer.run}
        self.supervisor = Supervisor(loops)

    async def quiet(self) -> Mapping[str, int]:
        """Count what still waits to be done here."""
        async with self._engine.connect() as conn:
            counts = {
                "unpublished": await self.backlog.look(),
                "due_timers": await self.timers.due_count(conn),
                "parked_and_ready": await ready_count(conn, self._group),
                **await self._waiting(conn),
            }
        if self.consumer is not None:
            counts["lag"] = await self.consumer.lag()
        return counts

    async def parked(self) -> int:
        """Count what is parked."""
        async with self._engine.connect() as conn:
            return await parked_count(conn, self._group)

    def health(self) -> APIRouter:
        """Make the health routes; Kafka's absence shuts no door: events wait in the outbox."""
        live = {
            "relay": stuck(lambda: self.relay.moved_at),
            "timers": stuck(lambda: self.timers.moved_at),
        }
        ready = {"database": database_probe(self._engine), "partitions": self.backlog.partitions}
        if self.consumer is not None:
            live["consumer"] = self.consumer.live
        return health_router(live, ready)


def application(assembly: Assembly) -> FastAPI:
    """Build the HTTP application, whose lifespan starts and stops everything else."""
    running = Running(assembly)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        set_up_telemetry(assembly.card.name, assembly.settings)
        async with AsyncExitStack() as stack:
            stack.callback(stop_telemetry)
            stack.push_async_callback(assembly.room.engine.dispose)
            for each in assembly.opened:
                await stack.enter_async_context(each)
            stack.push_async_callback(running.supervisor.stop)
            await running.supervisor.start()
            yield

    app = make_application(
        f"Kinbridge {assembly.card.name}",
        [
            *assembly.routers,
            worklist.router,
            running.health(),
            quiet_router(running.quiet),
        ],
        assembly.room,
        assembly.settings,
        lifespan,
        public=assembly.public,
        own_reading=assembly.own_reading,
    )
    app.state.running = running
    app.state.settled_by_the_work = frozenset(assembly.settled_by_the_work)
    return app
