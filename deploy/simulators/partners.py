"""Partners' webhook receivers: each checks signatures as a careful partner would, and keeps all."""

import asyncio
import json
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query, Request, Response
from pydantic import BaseModel, ConfigDict, JsonValue, SecretStr
from standardwebhooks.webhooks import (
    EmptyWebhookSecretError,
    Webhook,
    WebhookVerificationError,
)

from chassis.clocks import wall_now
from deploy.simulators.configuration import Configuration, Name
from deploy.simulators.journal import Journal, JournalFullError, Line
from deploy.simulators.switch import ModeChange, Switch

Mode = Literal["up", "down", "gone", "slow"]
ANSWER: dict[Mode, int] = {"up": 204, "slow": 204, "down": 503, "gone": 410}


class SecretGiven(BaseModel):
    """The endpoint's secret as the hub showed it once, `whsec_…`."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    secret: SecretStr


class Partner:
    """One agency's receiver: its secret, its mode and what came."""

    def __init__(self, folder: Path, *, most_bytes: int) -> None:
        """Read the secret it had before the last restart."""
        self.switch = Switch[Mode]("up")
        self.deliveries = Journal(folder / "deliveries.jsonl", most_bytes=most_bytes)
        self._secrets = Journal(folder / "secrets.jsonl", most_bytes=65_536)
        self._secret = ""
        for _, line in self._secrets.lines():
            self._secret = str(line["secret"])

    def give_secret(self, secret: str) -> None:
        """Check deliveries against `secret` from now on."""
        Webhook(secret)
        self._secrets.append({"secret": secret, "at": wall_now().isoformat()})
        self._secret = secret

    def take_in(self, headers: dict[str, str], body: bytes) -> bool:
        """Record a delivery and tell whether its signature was good."""
        verified = self._verified(headers, body)
        self.deliveries.append(
            {
                "id": headers.get("webhook-id"),
                "timestamp": headers.get("webhook-timestamp"),
                "verified": verified,
                "at": wall_now().isoformat(),
                "body": _read(body),
            }
        )
        return verified

    def _verified(self, headers: dict[str, str], body: bytes) -> bool:
        if not self._secret:
            return False
        try:
            Webhook(self._secret).verify(body, headers, json_parse=False)
        except (WebhookVerificationError, ValueError):
            return False
        return True


class Partners:
    """Receivers are made as they are first spoken to, up to a limit."""

    def __init__(self, configuration: Configuration) -> None:
        """Keep each agency in a folder of its own."""
        self.slow_seconds = configuration.slow_seconds
        self._folder = configuration.state_directory / "partners"
        self._most_bytes = configuration.most_journal_bytes
        self._most = configuration.most_partners
        self._partners: dict[str, Partner] = {}

    def of(self, agency: str) -> Partner:
        """Find an agency's receiver, or open one."""
        if agency not in self._partners:
            if len(self._partners) >= self._most:
                raise JournalFullError(agency)
            self._partners[agency] = Partner(self._folder / agency, most_bytes=self._most_bytes)
        return self._partners[agency]


def partner_router(partners: Partners) -> APIRouter:
    """Serve every partner under /partners/{agency}."""
    router = APIRouter(prefix="/partners", tags=["partners"])

    @router.post("/{agency}/webhooks")
    async def webhook(agency: Name, request: Request) -> Response:
        """Take a delivery in: 204 when it is ours to take, 401 when its signature is wrong."""
        partner = partners.of(agency)
        mode = partner.switch.use()
        if mode in ("down", "gone"):
            return Response(status_code=ANSWER[mode])
        verified = partner.take_in(dict(request.headers), await request.body())
        if mode == "slow":
            await asyncio.sleep(partners.slow_seconds)
        return Response(status_code=ANSWER[mode] if verified else 401)

    @router.put("/{agency}/secret", status_code=204)
    async def secret(agency: Name, given: SecretGiven) -> None:
        """Give the receiver the secret that its deliveries are signed with."""
        try:
            partners.of(agency).give_secret(given.secret.get_secret_value())
        except (ValueError, EmptyWebhookSecretError) as error:
            raise HTTPException(422, "a secret is whsec_ and base64") from error

    @router.post("/{agency}/mode")
    async def turn(agency: Name, change: ModeChange[Mode]) -> ModeChange[Mode]:
        """Switch the receiver: up, down (503), gone (410) or slow (kept, answered late)."""
        return partners.of(agency).switch.turn(change)

    @router.get("/{agency}/received")
    async def received(
        agency: Name,
        after: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=1_000)] = 200,
    ) -> dict[str, list[Line] | int]:
        """Read every delivery, oldest first; ask again with `after` = `next` until none comes."""
        lines, place = partners.of(agency).deliveries.page(after, limit)
        return {"received": lines, "next": place}

    return router


def _read(body: bytes) -> JsonValue:
    try:
        found: JsonValue = json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")
    return found
