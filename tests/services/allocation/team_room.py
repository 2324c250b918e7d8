"""The whole of allocation on a real database: HTTP in, messages in, timers, and what it says."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import text

from chassis.clocks import FieldClock, new_id, wall_now
from chassis.database import make_engine
from chassis.messaging.arrivals import Record
from chassis.messaging.pipeline import Pipeline
from chassis.messaging.timers import TimerRunner
from chassis.outcalls import Outcalls
from chassis.web import worklist
from chassis.web.application import make_application
from contracts.envelope import Envelope, Message
from contracts.referral import AgreementRecorded, ReferralAccepted
from councils.rules import load_councils
from services.allocation.bus import handlers
from services.allocation.main import ROUTERS
from services.allocation.room import Room
from services.allocation.settings import AllocationSettings
from services.allocation.timers import timer_handlers
from tests.making.databases import ServiceDatabase
from tests.making.issuers import Issuer, a_key, hub_services, network_of
from tests.services.allocation.made import COUNCILS, MONDAY, an_accepted_referral

AUDIENCE = "kinbridge-allocation"


@dataclass
class ReferralService:
    """The referral service as the network shows it: what it says of agreement and safe contact."""

    current: bool = True
    post: bool = True
    remote: bool = True
    status: int = 200
    letter_person_id: UUID | None = None
    asked: list[str] = field(default_factory=list)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer as the token endpoint or as the detail route."""
        if request.url.path == "/token":
            return httpx.Response(200, json={"access_token": "invented", "expires_in": 300})
        purpose = request.headers["Kinbridge-Purpose"]
        self.asked.append(f"{purpose} {request.url.path}")
        if purpose == "agreement_check":
            return httpx.Response(self.status, json={"current": self.current, "people": []})
        person = str(self.letter_person_id) if self.letter_person_id else None
        modes = {"phone": True, "text": False, "email": False, "post": self.post, "visit": True}
        told = {"modes": modes, "remote_allowed": self.remote, "letter_person_id": person}
        return httpx.Response(self.status, json=told)


@dataclass
class TeamRoom:
    """Allocation as its staff, its neighbours and its clock meet it."""

    room: Room
    app: FastAPI
    client: httpx.AsyncClient
    referral: ReferralService
    pipeline: Pipeline
    staff: Issuer
    services: Issuer
    place: int = 0
    asked: list[httpx.Response] = field(default_factory=list)

    async def hear(self, *messages: Message, council: str = "southend") -> None:
        """Let messages come in over the bus, as Kafka would bring them."""
        for message in messages:
            self.place += 1
            envelope = Envelope(
                id=new_id(),
                source="/kinbridge/another",
                type=message.TYPE,
                subject=message.subject,
                time=wall_now(),
                council=council,
                sequence=self.place,
            )
            await self.pipeline.process([record_of(message, envelope, self.place)])

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        who: str = "w-debbie",
        role: str = "practitioner",
        **headers: str,
    ) -> httpx.Response:
        """Ask over HTTP as a member of staff."""
        roles = [role] if role else []
        token = self.staff.bearer(sub=who, roles=roles, aud=AUDIENCE)
        return await self.client.request(method, path, json=body, headers=token | headers)

    async def manager(
        self, method: str, path: str, body: Any = None, who: str = "m-first"
    ) -> httpx.Response:
        """Ask as a team manager."""
        return await self.ask(method, path, body, who=who, role="team_manager")

    async def as_service(self, client: str, path: str, purpose: str) -> httpx.Response:
        """Ask as another service of the hub."""
        token = self.services.bearer(sub=client, client_id=client, aud=AUDIENCE)
        headers = token | {"Kinbridge-Purpose": purpose}
        return await self.client.get(path, headers=headers)

    async def rows(self, sql: str, **values: Any) -> list[Any]:
        """Read what lies in the database."""
        async with self.room.engine.connect() as conn:
            return list((await conn.execute(text(sql), values)).mappings())

    async def said(self) -> list[dict[str, Any]]:
        """Read what was said, in order."""
        rows = await self.rows("SELECT type, sequence, body FROM outbox ORDER BY tx, seq")
        return [
            {"type": row["type"], "sequence": row["sequence"], "body": json.loads(row["body"])}
            for row in rows
        ]

    async def words(self) -> list[str]:
        """Read the types that were said, without their prefix and version."""
        return [one["type"].removeprefix("earlyhelp.case.")[:-3] for one in await self.said()]

    async def prompts(self) -> list[str]:
        """Read what is asked of people now."""
        rows = await self.rows("SELECT kind FROM prompts WHERE settled_at IS NULL ORDER BY kind")
        return [row["kind"] for row in rows]

    async def parked(self) -> list[str]:
        """Read why messages are parked."""
        return [row["reason"] for row in await self.rows("SELECT reason FROM parked")]

    async def move_to(self, moment: datetime) -> int:
        """Move the field's clock, and run every timer that is due; give how many ran."""
        self.room.clock.move_to(moment)
        runner = TimerRunner(self.room.engine, self.room.clock, timer_handlers(self.room))
        ran = 0
        while await runner.run_next():
            ran += 1
        return ran

    async def a_case(self, **other: Any) -> tuple[UUID, ReferralAccepted]:
        """Accept a referral whose adults agree, and give the case that opened."""
        accepted = an_accepted_referral(**other)
        agreed = [
            AgreementRecorded(
                referral_id=accepted.referral_id,
                family_id=accepted.family_id,
                person_id=person,
                agreed=True,
            )
            for person in accepted.adult_ids
        ]
        await self.hear(*agreed, accepted)
        found = await self.rows("SELECT id FROM cases WHERE family_id = :f", f=accepted.family_id)
        return found[-1]["id"], accepted

    async def an_allocated_case(self, **other: Any) -> tuple[UUID, ReferralAccepted]:
        """Give a case to Debbie."""
        case_id, accepted = await self.a_case(**other)
        await self.a_worker()
        answer = await self.manager(
            "POST", f"/cases/{case_id}/allocation", {"practitioner_id": "w-debbie"}
        )
        assert answer.status_code == 200, answer.text
        return case_id, accepted

    async def a_worker(self, staff_id: str = "w-debbie", **other: Any) -> None:
        """Tell of a worker."""
        sound = {"team": "west", "grade": "practitioner", "work_phone": "01632 960123"}
        answer = await self.manager("PUT", f"/practitioners/{staff_id}", sound | other)
        assert answer.status_code == 200, answer.text

    async def a_family_not_reached(self) -> tuple[UUID, ReferralAccepted]:
        """Try an allocated family by telephone and at the door, in vain."""
        case_id, accepted = await self.an_allocated_case()
        tries = [("phone", "no_answer")] * 3 + [("unannounced_visit", "no_answer_occupied")]
        for mode, outcome in tries:
            body = {"mode": mode, "outcome": outcome}
            answer = await self.ask("POST", f"/cases/{case_id}/contacts", body)
            assert answer.status_code == 200, answer.text
        return case_id, accepted


def record_of(message: Message, envelope: Envelope, offset: int) -> Record:
    """Make the record that Kafka would give."""
    body = message.model_dump_json().encode()
    key = message.subject.encode()
    return Record(message.TOPIC, 0, offset, key, body, envelope.headers(), offset)


def settings_of(database: ServiceDatabase, folder: Path, *issuers: Issuer) -> AllocationSettings:
    """Settings for a service on this database, with a movable clock."""
    return AllocationSettings(
        environment="development",
        database_url=SecretStr(database.app_url),
        kafka_bootstrap_servers="127.0.0.1:1",
        issuers=tuple(issuer.registration for issuer in issuers),
        audience=AUDIENCE,
        service_token_url="http://hub.example/token",
        service_client_id="allocation",
        service_client_secret=SecretStr("invented-secret"),
        idempotency_key=SecretStr("invented-key"),
        field_clock_file=folder / "clock.json",
        referral_url="http://referral.example",
    )


@asynccontextmanager
async def a_team_room(database: ServiceDatabase, folder: Path) -> AsyncIterator[TeamRoom]:
    """Open allocation on a database, on the first Monday of November 2026."""
    staff, services = Issuer(keys=[a_key("first")]), hub_services()
    settings = settings_of(database, folder, staff, services)
    referral = ReferralService()
    transport = httpx.MockTransport(referral.answer)
    outcalls = Outcalls(settings, {"referral": settings.referral_url}, transport)
    clock = FieldClock(settings.field_clock_file)
    clock.move_to(MONDAY)
    room = Room(settings, make_engine(settings), clock, COUNCILS, outcalls)
    routers = [*ROUTERS, worklist.router]
    network = network_of(staff, services)
    app = make_application("allocation", routers, room, settings, issuers_transport=network)
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test")
    pipeline = Pipeline("allocation", room.engine, handlers(room))
    async with outcalls, client:
        yield TeamRoom(room, app, client, referral, pipeline, staff, services)
    await room.engine.dispose()


def alongside(team: TeamRoom) -> TeamRoom:
    """Give the same room in a council that keeps its worker beside the new lead."""
    councils = load_councils(Path("councils"))
    style = councils["southend"].handover.model_copy(update={"style": "alongside"})
    councils._rules["southend"] = councils["southend"].model_copy(update={"handover": style})
    room = replace(team.room, councils=councils)
    team.app.state.room = room
    return replace(team, room=room, pipeline=Pipeline("allocation", room.engine, handlers(room)))
