"""The day as it happens, readable: who did what, and which events followed."""

import asyncio
import json
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Self

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import ConsumerRecord
from rich.console import Console

from contracts.topics import CARDS
from deploy.day.evidence import Heard
from deploy.day.hub import Hub

COLOURS = {"referral": "cyan", "case": "yellow", "handover": "magenta", "notification": "green"}


class Timeline:
    """Prints acts as they are played, with the events that they caused beneath."""

    def __init__(self, hub: Hub, console: Console) -> None:
        """Show a hub's day on a console."""
        self._hub = hub
        self._console = console
        self._consumer: AIOKafkaConsumer | None = None
        self._task: asyncio.Task[None] | None = None
        self._fresh: list[Heard] = []
        self._seen: set[str] = set()

    async def __aenter__(self) -> Self:
        topics = [card.name for card in CARDS]
        self._consumer = AIOKafkaConsumer(
            *topics, bootstrap_servers=self._hub.kafka, auto_offset_reset="latest"
        )
        await self._consumer.start()
        self._task = asyncio.create_task(self._listen())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        if self._consumer is not None:
            with suppress(Exception):
                await asyncio.wait_for(self._consumer.stop(), timeout=5)

    def story(self, title: str) -> None:
        """Begin a story."""
        self._console.print(f"\n[bold]{title}[/]")

    async def act(self, who: str, what: str) -> None:
        """Tell what somebody just did, at which time of the field, and what followed."""
        at = (await self._hub.field_time())[:16].replace("T", " ")
        self._console.print(f"[dim]{at}[/]  [bold]{who}[/] {what}", soft_wrap=True)
        await self._hub.quiet()
        await asyncio.sleep(0.05)
        fresh, self._fresh = self._fresh, []
        if words := "  ".join(_word(heard) for heard in fresh if self._first(heard)):
            self._console.print(f"                    {words}", soft_wrap=True)

    def _first(self, heard: Heard) -> bool:
        if heard.id in self._seen:
            return False
        self._seen.add(heard.id)
        return True

    async def _listen(self) -> None:
        if self._consumer is not None:
            async for record in self._consumer:
                self._fresh.append(heard_of(record))


def _word(heard: Heard) -> str:
    aggregate, _, fact = heard.type.partition(".")
    body = json.loads(heard.body)
    more = body.get("milestone") or body.get("reason") or ""
    tail = f" ({more})" if more else ""
    return f"[{COLOURS.get(aggregate, 'white')}]{aggregate} {fact}{tail}[/]"


def heard_of(record: ConsumerRecord) -> Heard:
    """Read a record as the ledger wants it."""
    pairs: Iterable[tuple[str, Any]] = record.headers
    return Heard(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=(record.key or b"").decode("utf-8", "replace"),
        headers={name: (value or b"").decode("utf-8", "replace") for name, value in pairs},
        body=(record.value or b"").decode("utf-8", "replace"),
    )
