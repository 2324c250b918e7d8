"""The front door on a real database, with workers, agencies and services who call it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI
from joserfc.jwk import ECKey
from sqlalchemy import text

from chassis.assembly import application
from chassis.clocks import new_id
from chassis.web.identity import IdentityDoor
from contracts.codes import SourceCode
from contracts.roles import AgencyScope
from services.referral.domain.agency import Agency
from services.referral.main import assemble
from services.referral.room import ReferralRoom
from services.referral.settings import ReferralSettings
from services.referral.store.agencies import add_agency
from tests.making.databases import ServiceDatabase
from tests.making.issuers import Issuer, a_key, hub_services

OWN_URL = "http://front-door.example"
WEST_SUSSEX = Issuer(
    "https://login.west-sussex.example", "staff", "west-sussex", [a_key("west-sussex")]
)


@dataclass
class FrontDoor:
    """One front door and everybody who may stand before it."""

    app: FastAPI
    client: httpx.AsyncClient
    room: ReferralRoom
    workers: Issuer
    services: Issuer
    agencies: Issuer
    owner_url: str

    def as_worker(self, *roles: str, sub: str = "w-1001", **claims: Any) -> dict[str, str]:
        """Give a worker's header; a duty worker unless other roles are named."""
        return self.workers.bearer(sub=sub, roles=list(roles or ("duty_worker",)), **claims)

    def as_manager(self) -> dict[str, str]:
        """Give a duty manager's header."""
        return self.as_worker("duty_manager", sub="m-2001")

    def as_service(self, name: str) -> dict[str, str]:
        """Give a service's header."""
        return self.services.bearer(sub=name, client_id=name)

    async def an_agency(self, **other: Any) -> dict[str, Any]:
        """Register an agency; gives what the registry answered."""
        sound = {
            "name": "Invented Primary School",
            "source_code": "2A",
            "inbox_email": "safeguarding@school.example",
            "phone": "01632 960133",
        }
        answer = await self.client.post(
            "/agencies", json=sound | other, headers=self.as_worker("system_admin")
        )
        assert answer.status_code == 201, answer.text
        agency: dict[str, Any] = answer.json()
        return agency

    async def a_token(self, agency: dict[str, Any], **form: str) -> httpx.Response:
        """Ask for a token with an agency's secret."""
        sound = {
            "grant_type": "client_credentials",
            "client_id": agency["client_id"],
            "client_secret": agency["client_secret"],
        }
        return await self.client.post("/oauth/token", data=sound | form)

    async def as_agency(self, source_code: str = "2A") -> dict[str, str]:
        """Register an agency, without the slow hashing of a secret, and give its header."""
        agency = Agency(
            council="southend",
            id=new_id(),
            name="Invented Primary School",
            source_code=SourceCode(source_code),
            inbox_email="safeguarding@school.example",
            phone="+441632960133",
            scopes=tuple(AgencyScope),
            active=True,
        )
        async with self.room.engine.begin() as conn:
            await add_agency(conn, agency, "w-1")
        return self.agencies.bearer(
            sub=agency.client_id,
            client_id=agency.client_id,
            kinbridge_council=agency.council,
            kinbridge_organisation=str(agency.id),
            scope=" ".join(agency.scopes),
        )

    async def later(self, **by: float) -> None:
        """Move the field's clock on and run every timer that is then due."""
        self.room.clock.move_to(self.room.clock.now() + timedelta(**by))
        while await self.app.state.running.timers.run_next():
            pass

    async def rows(self, sql: str, **given: Any) -> list[dict[str, Any]]:
        """Read rows, as the application may."""
        async with self.room.engine.connect() as conn:
            found = await conn.execute(text(sql), given)
            return [dict(row) for row in found.mappings()]

    async def said(self, referral_id: str | UUID) -> list[dict[str, Any]]:
        """Read what was said of a referral: type, sequence and body."""
        found = await self.rows(
            "SELECT type, sequence, body FROM outbox WHERE key = :key ORDER BY seq",
            key=str(referral_id),
        )
        return [{**row, "body": json.loads(bytes(row["body"]))} for row in found]

    async def asked(self, referral_id: str | UUID) -> dict[str, dict[str, Any]]:
        """Read the open prompts about a referral, by kind."""
        found = await self.rows(
            "SELECT * FROM prompts WHERE subject = :subject AND settled_at IS NULL",
            subject=str(referral_id),
        )
        return {row["kind"]: row for row in found}


@asynccontextmanager
async def a_front_door(
    database: ServiceDatabase, folder: Path, **settings: Any
) -> AsyncIterator[FrontDoor]:
    """Open the front door over a migrated database."""
    key = ECKey.generate_key("P-256", {"kid": "agencies", "use": "sig"})
    (folder / "key.json").write_text(json.dumps(key.as_dict(private=True)))
    workers, services = Issuer(), hub_services()
    agencies = Issuer(OWN_URL, "agency", None, [key])
    issuers = (workers, WEST_SUSSEX, services, agencies)
    sound: dict[str, Any] = {
        "environment": "development",
        "database_url": database.app_url,
        "kafka_bootstrap_servers": "127.0.0.1:1",
        "issuers": tuple(issuer.registration for issuer in issuers),
        "audience": "kinbridge-referral",
        "service_token_url": "https://hub.example/token",
        "service_client_id": "referral",
        "service_client_secret": "invented-secret",
        "idempotency_key": "invented-key",
        "field_clock_file": folder / "clock.json",
        "referral_url": OWN_URL,
        "token_signing_key_file": folder / "key.json",
    }
    assembly = assemble(ReferralSettings(**(sound | settings)))
    app = application(assembly)
    network = {f"{one.url}/keys": one for one in issuers}
    transport = httpx.MockTransport(lambda asked: network[str(asked.url)].publish(asked))
    door = IdentityDoor(assembly.settings.issuers, assembly.settings.audience, transport)
    app.state.identity = door
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=OWN_URL)
    async with client:
        assert isinstance(assembly.room, ReferralRoom)
        yield FrontDoor(app, client, assembly.room, workers, services, agencies, database.owner_url)
    await door.close()
    await assembly.room.engine.dispose()
