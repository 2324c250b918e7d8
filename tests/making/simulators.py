"""The simulators in one process and without a network, for tests that need the world outside."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from deploy.simulators.application import create_app
from deploy.simulators.configuration import Configuration

SERVICE_ID = "11111111-1111-4111-8111-111111111111"
SERVICE_SECRET = "22222222-2222-4222-8222-222222222222"
API_KEY = f"dev-{SERVICE_ID}-{SERVICE_SECRET}"
URL = "http://simulators.test"


@dataclass
class Simulators:
    """The application, and a client that speaks to it."""

    app: FastAPI
    http: httpx.AsyncClient

    async def staff_token(self, issuer: str, subject: str, **more: Any) -> str:
        """Ask for an invented person's token."""
        answer = await self.http.post(f"/issuers/{issuer}/token", json={"subject": subject} | more)
        return str(answer.raise_for_status().json()["access_token"])

    async def service_token(self, client_id: str, audience: str) -> str:
        """Ask for a service's token, as a service does."""
        form = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": f"secret-of-{client_id}",
            "audience": audience,
        }
        answer = await self.http.post("/issuers/hub-services/token", data=form)
        return str(answer.raise_for_status().json()["access_token"])


def a_configuration(folder: Path, **changes: Any) -> Configuration:
    """Make a configuration that keeps its state in `folder`."""
    services = ("referral", "allocation", "handover", "notifications")
    given = {
        "state_directory": folder / "state",
        "field_clock_file": folder / "clock" / "field.json",
        "public_url": URL,
        "services": {name: f"secret-of-{name}" for name in services},
        "councils": {
            "southend": {"care_system": "liquidlogic", "care_client_secret": "care-secret"},
            "west-sussex": {"care_system": "mosaic", "care_client_secret": "care-secret"},
        },
        "notify": {"api_keys": [API_KEY], "receipts_retry_seconds": [0, 0]},
        "slow_seconds": 0,
    }
    return Configuration.model_validate(given | changes)


@asynccontextmanager
async def simulators(
    folder: Path, posts: httpx.AsyncClient | None = None, **changes: Any
) -> AsyncIterator[Simulators]:
    """Open the simulators on the state in `folder`; opening them again is their restart."""
    app = create_app(a_configuration(folder, **changes), posts)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=URL) as http:
        yield Simulators(app, http)
