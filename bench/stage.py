"""The stage that benches share: a whole Kinbridge on fresh data, with an agency that refers."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx
import psycopg

from deploy.local.parts import SIMULATORS
from deploy.local.places import ROOT
from deploy.local.stack import Stack

NAME = "bench"
COUNCIL, ADMIN = "southend", "staff-kofi"


@dataclass(frozen=True)
class Agency:
    """An agency's id and what it signs in with."""

    id: str
    client_id: str
    client_secret: str


@dataclass
class Stage:
    """A running stack and the one agency that refers families to it."""

    stack: Stack

    def url(self, part: str) -> str:
        """Tell where a service or the simulators listen."""
        return self.stack.plan.url(part)

    @cached_property
    def agency(self) -> Agency:
        """Register the agency, with a webhook to the partner's simulator."""
        issuer = f"{self.url(SIMULATORS)}/issuers/{COUNCIL}/token"
        admin = _post(issuer, json={"subject": ADMIN})["access_token"]
        body = {
            "name": "Bench School",
            "source_code": "2A",
            "inbox_email": "bench@example.org",
            "phone": "01632 960777",
        }
        made = _post(f"{self.url('referral')}/agencies", admin, json=body)
        agency = Agency(made["agency_id"], made["client_id"], made["client_secret"])
        partner = f"{self.url(SIMULATORS)}/partners/{agency.id}"
        hooks = f"{self.url('notifications')}/webhook-endpoints"
        hook = _post(hooks, self._token(agency), json={"url": f"{partner}/webhooks"})
        httpx.put(f"{partner}/secret", json={"secret": hook["secret"]}).raise_for_status()
        return agency

    def token(self) -> str:
        """Sign the agency in; good for some minutes."""
        return self._token(self.agency)

    def _token(self, agency: Agency) -> str:
        told = _post(
            f"{self.url('referral')}/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=(agency.client_id, agency.client_secret),
        )
        return str(told["access_token"])

    def refer(self, name: str, count: int, connections: int, rate: float = 0) -> dict[str, Any]:
        """Let a process of its own send referrals, `rate` a second or as fast as it can.

        Args:
            name: Begins each reference, so that it differs from earlier ones.
            count: How many.
            connections: Over how many connections at once.
            rate: How many a second; 0 for no pause.
        """
        given = [self.url("referral"), name, str(count), str(connections), str(rate)]
        ran = subprocess.run(
            [sys.executable, "-m", "bench.loader", *given],
            input=self.token(),
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            check=True,
        )
        told: dict[str, Any] = json.loads(ran.stdout)
        if told["answers"] != {"201": count}:
            raise RuntimeError(f"Not every referral was received: {told['answers']}")
        return told

    def as_admin(self, database: str = "postgres") -> psycopg.Connection[Any]:
        """Open one of the server's databases as its superuser."""
        return psycopg.connect(self.stack.postgres.url(database), autocommit=True)


@contextmanager
def staged() -> Iterator[Stage]:
    """Start everything on fresh data, and remove it at the end."""
    Stack.named(NAME).remove()
    stack = Stack.named(NAME)
    try:
        _keep_commit_times(stack)
        stack.up()
        yield Stage(stack)
    finally:
        stack.remove()


def _keep_commit_times(stack: Stack) -> None:
    """Let PostgreSQL keep the time of each commit, which the latency is told by."""
    stack.postgres.start()
    with psycopg.connect(stack.postgres.url(), autocommit=True) as conn:
        conn.execute("ALTER SYSTEM SET track_commit_timestamp = on")
    stack.postgres.stop()


def _post(url: str, token: str = "", **more: Any) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = httpx.post(url, headers=headers, timeout=10, **more)
    told: dict[str, Any] = answer.raise_for_status().json()
    return told
