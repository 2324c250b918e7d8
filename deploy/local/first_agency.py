"""An agency to try things with, registered once per stack: a first request needs no setup."""

import json

import httpx
from pydantic import BaseModel

from deploy.local.parts import SIMULATORS
from deploy.local.stack import Stack
from deploy.local.state_file import write_private

ADMIN = "staff-kofi"
COUNCIL = "southend"


class FirstAgency(BaseModel):
    """The credentials of an invented school."""

    client_id: str
    client_secret: str


def first_agency(stack: Stack) -> FirstAgency:
    """Give the stack's agency to try, registered at the first asking.

    Raises:
        httpx.HTTPError: The hub did not answer as it should.
    """
    path = stack.plan.folder / "first-agency.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_private(path, json.dumps(_registered(stack), indent=2) + "\n")
    return FirstAgency.model_validate_json(path.read_text())


def _registered(stack: Stack) -> dict[str, str]:
    with httpx.Client(timeout=10) as http:
        issuer = f"{stack.plan.url(SIMULATORS)}/issuers/{COUNCIL}/token"
        token = http.post(issuer, json={"subject": ADMIN}).raise_for_status().json()
        made = http.post(
            f"{stack.plan.url('referral')}/agencies",
            headers={"Authorization": f"Bearer {token['access_token']}"},
            json={
                "name": "First Try School",
                "source_code": "2A",
                "inbox_email": "first-try@example.org",
                "phone": "01632 960888",
            },
        )
    answer = made.raise_for_status().json()
    return {name: answer[name] for name in FirstAgency.model_fields}
