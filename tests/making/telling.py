"""The notifications service on a real database, with everybody it hears, tells and obeys."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from cryptography.fernet import Fernet
from fastapi import FastAPI
from sqlalchemy import text

from chassis.assembly import application, pipeline_of
from chassis.clocks import new_id, wall_now
from chassis.messaging.arrivals import Record
from chassis.messaging.replay import Replayer
from chassis.messaging.timers import TimerRunner
from chassis.web.identity import IdentityDoor
from contracts.envelope import Envelope, Message
from services.notifications.main import assembled, lanes, make_room
from services.notifications.room import Room
from services.notifications.settings import NotificationsSettings
from services.notifications.timers import timer_handlers
from tests.making.databases import ServiceDatabase
from tests.making.issuers import Issuer, a_key, hub_agencies
from tests.making.world_outside import Hub, Letterbox, Partners

CALLBACK_TOKEN = "told-to-notify"
API_KEY = "dev-11111111-1111-4111-8111-111111111111-22222222-2222-4222-8222-222222222222"
WEST_SUSSEX = Issuer(
    "https://login.west-sussex.example", "staff", "west-sussex", [a_key("west-sussex")]
)
START = datetime(2026, 11, 2, 9, 15, tzinfo=UTC)


@dataclass
class Wall:
    """Wall time that a test can move on, for leases, pauses and secrets."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return wall_now() + self.ahead

    def passes(self, **much: float) -> None:
        """Let time pass."""
        self.ahead += timedelta(**much)


@dataclass
class Office:
    """One notifications service and everybody around it."""

    app: FastAPI
    client: httpx.AsyncClient
    room: Room
    wall: Wall
    hub: Hub
    partners: Partners
    letterbox: Letterbox
    pipeline: Any
    workers: Issuer
    agencies: Issuer
    _offsets: Any = field(default_factory=count)

    def as_worker(self, *roles: str, sub: str = "w-1001") -> dict[str, str]:
        """Give a worker's header; a duty worker unless other roles are named."""
        return self._for_us(self.workers, sub=sub, roles=list(roles or ("duty_worker",)))

    def as_manager(self) -> dict[str, str]:
        """Give a duty manager's header."""
        return self.as_worker("duty_manager", sub="m-2001")

    def as_agency(self, agency_id: UUID, council: str = "southend") -> dict[str, str]:
        """Give an agency's header with both scopes that it needs here."""
        return self._for_us(
            self.agencies,
            sub=f"agency-{agency_id}",
            kinbridge_organisation=str(agency_id),
            kinbridge_council=council,
            scope="webhooks.manage updates.read",
        )

    def _for_us(self, issuer: Issuer, **claims: Any) -> dict[str, str]:
        return issuer.bearer(aud="kinbridge-notifications", **claims)

    async def an_endpoint(self, agency_id: UUID, url: str) -> dict[str, Any]:
        """Register a webhook endpoint; gives what the agency sees, secret and all."""
        answer = await self.client.post(
            "/webhook-endpoints", json={"url": url}, headers=self.as_agency(agency_id)
        )
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def hear(
        self,
        *messages: Message,
        council: str = "southend",
        at: datetime = START,
        sequence: int = 1,
    ) -> None:
        """Take messages in through the real pipeline, as Kafka brings them."""
        for message in messages:
            envelope = Envelope(
                id=new_id(),
                source="/kinbridge/test",
                type=message.TYPE,
                subject=message.subject,
                time=at,
                council=council,
                sequence=sequence,
                family=getattr(message, "family_id", None),
            )
            record = Record(
                topic=message.TOPIC,
                partition=0,
                offset=next(self._offsets),
                key=message.subject.encode(),
                value=message.model_dump_json().encode(),
                headers=envelope.headers(),
                timestamp=0,
            )
            await self.pipeline.process([record])

    async def replay(self) -> int:
        """Try again what waited for a fact that has arrived."""
        return await Replayer(self.pipeline).replay_ready()

    async def drain(self) -> None:
        """Send everything that is due, again and again until nothing is."""
        while sum([await lane.drain() for lane in lanes(self.room)]):
            pass

    async def hear_and_send(self, *messages: Message) -> None:
        """Take messages in and send what follows."""
        await self.hear(*messages)
        await self.drain()

    def days_pass(self, days: int) -> None:
        """Let days pass by the field's clock, for due dates."""
        self.room.clock.move_to(self.room.clock.now() + timedelta(days=days))

    async def timers(self) -> None:
        """Run every timer that is due."""
        runner = TimerRunner(self.room.engine, self.room.clock, timer_handlers(self.room))
        while await runner.run_next():
            pass

    async def rows(self, sql: str, **given: Any) -> list[dict[str, Any]]:
        """Read rows, as the application may."""
        async with self.room.engine.connect() as conn:
            return [dict(row) for row in (await conn.execute(text(sql), given)).mappings()]

    async def said(self, referral_id: UUID) -> list[tuple[str, dict[str, Any]]]:
        """Read what was said of a referral: the fact's own name, and the message."""
        found = await self.rows(
            "SELECT type, body FROM outbox WHERE key = :key ORDER BY seq", key=str(referral_id)
        )
        return [(row["type"].split(".")[2], json.loads(bytes(row["body"]))) for row in found]

    async def asked(self, subject: object = None) -> dict[str, dict[str, Any]]:
        """Read the open prompts by kind, on one subject or on all."""
        found = await self.rows("SELECT * FROM prompts WHERE settled_at IS NULL")
        return {row["kind"]: row for row in found if subject in (None, row["subject"])}

    async def notification(self, referral_id: UUID, milestone: str) -> dict[str, Any]:
        """Read one notification."""
        return (
            await self.rows(
                "SELECT * FROM notifications WHERE referral_id = :r AND milestone = :m",
                r=referral_id,
                m=milestone,
            )
        )[0]


@asynccontextmanager
async def an_office(
    database: ServiceDatabase,
    folder: Path,
    outside: httpx.AsyncBaseTransport | None = None,
    **settings: Any,
) -> AsyncIterator[Office]:
    """Open the service over a migrated database; nothing runs by itself.

    `outside` stands for partners and Notify in place of our own small ones.
    """
    workers, agencies = Issuer(), hub_agencies()
    issuers = (workers, WEST_SUSSEX, agencies)
    sound: dict[str, Any] = {
        "environment": "development",
        "database_url": database.app_url,
        "kafka_bootstrap_servers": "127.0.0.1:1",
        "issuers": tuple(issuer.registration for issuer in issuers),
        "audience": "kinbridge-notifications",
        "service_token_url": "https://hub.example/token",
        "service_client_id": "notifications",
        "service_client_secret": "invented-secret",
        "idempotency_key": "invented-key",
        "field_clock_file": folder / "clock.json",
        "referral_url": "https://referral.example",
        "allocation_url": "https://allocation.example",
        "notify_url": "https://notify.example",
        "notify_api_key": API_KEY,
        "notify_callback_token": CALLBACK_TOKEN,
        "webhook_encryption_key": Fernet.generate_key().decode(),
        "accepted_waits_seconds": 15,
    }
    made = NotificationsSettings(**(sound | settings))
    hub, partners, letterbox, wall = Hub(), Partners(), Letterbox(), Wall()
    room = make_room(
        made,
        hub=httpx.MockTransport(hub.answer),
        partners=outside or httpx.MockTransport(partners.answer),
        notify=outside or httpx.MockTransport(letterbox.answer),
    )
    room = replace(room, wall=wall, chance=lambda: 0.0)
    room.clock.move_to(START)
    assembly = assembled(made, room)
    app = application(assembly)
    network = {f"{one.url}/keys": one for one in issuers}
    transport = httpx.MockTransport(lambda asked: network[str(asked.url)].publish(asked))
    door = IdentityDoor(made.issuers, made.audience, transport)
    app.state.identity = door
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://notifications.test"
    )
    async with client, room.outcalls, room.webhooks, room.notify:
        yield Office(
            app, client, room, wall, hub, partners, letterbox, pipeline_of(assembly), workers,
            agencies,
        )  # fmt: skip
    await door.close()
    await room.engine.dispose()
