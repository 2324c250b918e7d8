"""The handover service on a real database, between invented owners and simulated care systems."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psycopg
from sqlalchemy import text

from chassis.assembly import application, pipeline_of
from chassis.clocks import new_id
from chassis.messaging.arrivals import Record
from chassis.messaging.pipeline import Pipeline
from chassis.messaging.timers import TimerRunner
from chassis.web.identity import IdentityDoor
from contracts.allocation import StepUpProposed
from contracts.codes import FactorCode, ParentsInformed
from contracts.envelope import Envelope, Message
from contracts.referral import ReferralDiverted
from services.handover.main import assemble
from services.handover.outbound.dispatcher import Dispatcher
from services.handover.room import HandoverRoom
from services.handover.settings import HandoverSettings
from tests.making.databases import ServiceDatabase
from tests.making.issuers import Issuer, a_key
from tests.making.simulators import URL, Simulators, simulators

AUDIENCE = "kinbridge-handover"
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
WORDS = "Mum smacked me hard"
CHILD = UUID("019d8f00-0000-7000-8000-0000000000c1")
EMPTY = "TRUNCATE handovers, packs, notes, timers, prompts, audit, history, outbox, inbox, parked"
MUM = UUID("019d8f00-0000-7000-8000-0000000000a1")


def a_step_up(**other: Any) -> StepUpProposed:
    """Make a planned step-up of a case, proposed on a Tuesday at ten."""
    sound: dict[str, Any] = {
        "case_id": new_id(),
        "family_id": new_id(),
        "referral_ids": (new_id(),),
        "proposal_id": new_id(),
        "urgent": False,
        "factors": (FactorCode.ALCOHOL_PARENT, FactorCode.PHYSICAL_ABUSE_BY_ADULT),
        "child_ids": (CHILD,),
        "proposed_by": "staff-debbie",
        "authorised_by": None,
        "parents_informed": ParentsInformed.YES,
        "child_goes_home_at": None,
        "proposed_at": TUESDAY,
    }
    return StepUpProposed(**(sound | other))


def a_diversion(**other: Any) -> ReferralDiverted:
    """Make an urgent diversion of a referral, on a Tuesday at ten."""
    sound: dict[str, Any] = {
        "referral_id": new_id(),
        "family_id": new_id(),
        "urgent": True,
        "child_ids": (CHILD,),
        "decided_by": "staff-joan",
        "diverted_at": TUESDAY,
        "child_goes_home_at": None,
        "referrer_kind": "agency",
        "agency_id": new_id(),
        "parents_informed": ParentsInformed.NOT_YET_ON_ADVICE,
    }
    return ReferralDiverted.model_validate(sound | other)


def a_referral_told() -> dict[str, Any]:
    """Make what the referral service tells for a pack."""
    return {
        "source_code": "2A",
        "restricted": False,
        "people": [
            {
                "person_id": str(CHILD),
                "kind": "child",
                "given_name": "Robin",
                "family_name": "Invented",
                "born": "2013-03-02",
                "sex": "F",
                "nhs_number": "9990000018",
                "address": {"lines": ["1 Invented Road"], "postcode": "SS1 1AA"},
            },
            {
                "person_id": str(MUM),
                "same_as": None,
                "kind": "adult",
                "agreed": True,
                "given_name": "Alex",
                "family_name": "Invented",
            },
        ],
        "relationships": [
            {
                "adult_id": str(MUM),
                "child_id": str(CHILD),
                "relation": "mother",
                "parental_responsibility": "yes",
            }
        ],
        "told": [{"told": {"reason": "Tired.", "needs": [{"tried": "A breakfast club."}]}}],
    }


def a_case_told() -> dict[str, Any]:
    """Make what the allocation service tells for a pack."""
    return {
        "step_up": {
            "reason": "Little has changed.",
            "tried": "Weekly visits.",
            "parents_view": "Mum says it is not so.",
            "child_views": [{"child_id": str(CHILD), "words": WORDS}],
        },
        "children": [{"child_id": str(CHILD), "seen_at": "2026-11-23T15:00:00+00:00"}],
    }


@dataclass
class Outside(httpx.AsyncBaseTransport):
    """The network: the owners answer what a test says, and all else is the simulators'."""

    world: httpx.AsyncBaseTransport
    referral: dict[str, Any] = field(default_factory=a_referral_told)
    case: dict[str, Any] = field(default_factory=a_case_told)
    answers: list[int] = field(default_factory=list)
    asked: list[httpx.Request] = field(default_factory=list)
    lost: int = 0
    """How many answers of a care system get lost on their way back."""

    def begin_anew(self) -> None:
        """Answer everything again, as at the start."""
        self.referral, self.case = a_referral_told(), a_case_told()
        self.answers, self.asked, self.lost = [], [], 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        self.asked.append(request)
        told = {"referral.test": self.referral, "allocation.test": self.case}.get(request.url.host)
        if told is not None:
            status = self.answers.pop(0) if self.answers else 200
            return httpx.Response(status, json=told if status == 200 else {})
        answer = await self.world.handle_async_request(request)
        if request.url.path.endswith("/transfers") and self.lost:
            self.lost -= 1
            raise httpx.ReadError("lost", request=request)
        return answer


@dataclass
class Desk:
    """Both sides' workers before one handover service, its senders, its clocks and its voice."""

    client: httpx.AsyncClient
    room: HandoverRoom
    pipeline: Pipeline
    timers: TimerRunner
    world: Simulators
    outside: Outside
    staff: Issuer
    care: Issuer
    owner_url: str
    offset: int = 0
    place: int = 0

    async def cleared(self) -> None:
        """Begin anew on the Tuesday at ten: nothing was opened, and nothing is away."""
        with psycopg.connect(self.owner_url) as conn:
            conn.execute(EMPTY)
        self.room.clock.move_to(TUESDAY)
        self.outside.begin_anew()
        await self.care_is("up")
        self.place = (await self._care_told())["next"]

    def as_worker(self, *roles: str, sub: str = "staff-martin") -> dict[str, str]:
        """Give a header of early help's; a team manager's unless other roles are named."""
        claimed = list(roles or ("team_manager",))
        return self.staff.bearer(sub=sub, roles=claimed, aud=AUDIENCE)

    def as_care(self, sub: str = "care-helen") -> dict[str, str]:
        """Give a header of the receiving team's."""
        return self.care.bearer(sub=sub, roles=["care_receiver"], aud=AUDIENCE)

    async def hear(self, message: Message, council: str = "southend") -> None:
        """Let the service hear a message, as its consumer would."""
        self.offset += 1
        envelope = Envelope(
            id=new_id(),
            source="/kinbridge/test",
            type=message.TYPE,
            subject=message.subject,
            time=TUESDAY,
            council=council,
            sequence=self.offset,
        )
        record = Record(
            message.TOPIC,
            0,
            self.offset,
            message.subject.encode(),
            message.model_dump_json().encode(),
            envelope.headers(),
            0,
        )
        await self.pipeline.process([record])

    async def opened(self, message: StepUpProposed | ReferralDiverted) -> str:
        """Let a handover open; gives its id."""
        await self.hear(message)
        found = await self.rows("SELECT id FROM handovers ORDER BY id DESC LIMIT 1")
        return str(found[0]["id"])

    async def post(self, handover_id: str, step: str, who: dict[str, str], **body: Any) -> Any:
        """Take a step over HTTP that must be allowed; gives the handover as it is shown."""
        answer = await self.tried(handover_id, step, who, **body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def tried(
        self, handover_id: str, step: str, who: dict[str, str], **body: Any
    ) -> httpx.Response:
        """Try a step over HTTP."""
        url = f"/handovers/{handover_id}/{step}"
        return await self.client.post(url, json=body or None, headers=who)

    async def seen(self, handover_id: str, who: dict[str, str] | None = None) -> Any:
        """Read a handover over HTTP."""
        answer = await self.client.get(f"/handovers/{handover_id}", headers=who or self.as_worker())
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def send(self) -> int:
        """Let one sender send all that should go now; gives how many tries that were."""
        sender, tries = Dispatcher(self.room), 0
        while await sender.send_next():
            tries += 1
        return tries

    async def hurry(self) -> None:
        """Let every pause between tries be over."""
        async with self.room.engine.begin() as conn:
            await conn.execute(text("UPDATE packs SET next_attempt_at = now()"))

    async def let_pass(self, **time: float) -> None:
        """Let field time pass, and every clock that runs out meanwhile run."""
        self.room.clock.move_to(self.room.clock.now() + timedelta(**time))
        while await self.timers.run_next():
            pass

    async def care_is(self, mode: str) -> None:
        """Turn Southend's care system up, down, or to refusing."""
        answer = await self.world.http.post("/care/southend/mode", json={"mode": mode})
        answer.raise_for_status()

    async def care_has(self) -> list[dict[str, Any]]:
        """Read what arrived at Southend's care system in this test."""
        found: list[dict[str, Any]] = (await self._care_told())["received"]
        return found

    async def _care_told(self) -> Any:
        asked = {"after": self.place, "limit": 1000}
        answer = await self.world.http.get("/care/southend/received", params=asked)
        return answer.raise_for_status().json()

    async def rows(self, sql: str, **given: Any) -> list[dict[str, Any]]:
        """Read rows, as the application may."""
        async with self.room.engine.connect() as conn:
            return [dict(row) for row in (await conn.execute(text(sql), given)).mappings()]

    async def said(self, handover_id: str) -> list[str]:
        """Read which messages were said of a handover, in their order."""
        sql = "SELECT type, sequence FROM outbox WHERE key = :key ORDER BY seq"
        found = await self.rows(sql, key=handover_id)
        assert [row["sequence"] for row in found] == list(range(1, len(found) + 1))
        return [row["type"].split(".")[2] for row in found]

    async def body(self, handover_id: str, kind: str) -> dict[str, Any]:
        """Read the last message of a kind, such as send-failed."""
        sql = "SELECT body FROM outbox WHERE key = :key AND type = :type ORDER BY seq DESC LIMIT 1"
        found = await self.rows(sql, key=handover_id, type=f"earlyhelp.handover.{kind}.v1")
        read: dict[str, Any] = json.loads(bytes(found[0]["body"]))
        return read

    async def asked(self, handover_id: str, who: dict[str, str] | None = None) -> set[str]:
        """Read over HTTP what a worker is asked to do about a handover."""
        answer = await self.client.get(
            "/prompts", params={"subject": handover_id}, headers=who or self.as_worker()
        )
        return {each["kind"] for each in answer.raise_for_status().json()}


def _settings(database: ServiceDatabase, folder: Path, issuers: tuple[Issuer, ...]) -> Any:
    return {
        "environment": "development",
        "database_url": database.app_url,
        "kafka_bootstrap_servers": "127.0.0.1:1",
        "issuers": tuple(issuer.registration for issuer in issuers),
        "audience": AUDIENCE,
        "service_token_url": f"{URL}/issuers/hub-services/token",
        "service_client_id": "handover",
        "service_client_secret": "secret-of-handover",
        "idempotency_key": "invented-key",
        "field_clock_file": folder / "clock.json",
        "social_care_urls": {
            "southend_care_system": f"{URL}/care/southend",
            "west_sussex_care_system": f"{URL}/care/west-sussex",
        },
        "referral_url": "http://referral.test",
        "allocation_url": "http://allocation.test",
    }


@asynccontextmanager
async def a_desk(database: ServiceDatabase, folder: Path, **settings: Any) -> AsyncIterator[Desk]:
    """Open the handover service over a migrated database, on a Tuesday at ten."""
    staff = Issuer()
    care = Issuer("https://login.care.example", "staff", "southend", [a_key("care")])
    away = Issuer("https://login.west-sussex.example", "staff", "west-sussex", [a_key("ws")])
    issuers = (staff, care, away)
    keys = {f"{one.url}/keys": one for one in issuers}
    async with AsyncExitStack() as stack:
        world = await stack.enter_async_context(simulators(folder / "world"))
        outside = Outside(httpx.ASGITransport(world.app))
        sound = _settings(database, folder, issuers)
        assembly = assemble(HandoverSettings(**(sound | settings)), outside)
        room = assembly.room
        assert isinstance(room, HandoverRoom)
        stack.push_async_callback(room.engine.dispose)
        for each in assembly.opened:
            await stack.enter_async_context(each)
        app = application(assembly)
        network = httpx.MockTransport(lambda asked: keys[str(asked.url)].publish(asked))
        app.state.identity = IdentityDoor(assembly.settings.issuers, AUDIENCE, network)
        stack.push_async_callback(app.state.identity.close)
        transport = httpx.ASGITransport(app=app)
        client = await stack.enter_async_context(
            httpx.AsyncClient(transport=transport, base_url="http://handover.test")
        )
        timers = TimerRunner(room.engine, room.clock, assembly.timers)
        pipeline = pipeline_of(assembly)
        yield Desk(client, room, pipeline, timers, world, outside, staff, care, database.owner_url)
