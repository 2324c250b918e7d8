"""GOV.UK Notify as a test speaks to it, and the service that it calls back."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from notifications_python_client.authentication import create_jwt_token

from chassis.clocks import wall_now
from councils.rules import load_councils
from tests.making.simulators import API_KEY, SERVICE_ID, SERVICE_SECRET, Simulators

TEMPLATES = load_councils(Path("councils"))["southend"].wording.templates
MESSAGE = {"reference": "KB-1", "message": "You have an update."}
ADDRESS = {"address_line_1": "A Person", "address_line_2": "1 Pier Hill", "postcode": "SS1 1AA"}
RECEIPTS = {
    "api_keys": [API_KEY],
    "receipts_url": "http://notifications.test/receipts",
    "returned_letters_url": "http://notifications.test/returned",
    "receipts_bearer": "told-to-notify",
    "receipts_retry_seconds": [5, 5],
}


def bearer() -> dict[str, str]:
    """Make the header that the official client makes."""
    token = create_jwt_token(SERVICE_SECRET, SERVICE_ID)  # type: ignore[no-untyped-call]
    return {"Authorization": f"Bearer {token}"}


async def post(sims: Simulators, kind: str, body: dict[str, Any] | bytes) -> httpx.Response:
    """Ask Notify to send something."""
    content = body if isinstance(body, bytes) else json.dumps(body)
    url = f"/notify/v2/notifications/{kind}"
    return await sims.http.post(url, content=content, headers=bearer())


async def seen(sims: Simulators, notification_id: str) -> dict[str, Any]:
    """Read a message as it is now."""
    answer = await sims.http.get(f"/notify/v2/notifications/{notification_id}", headers=bearer())
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


async def an_hour_passes(sims: Simulators) -> None:
    """Let an hour pass for Notify, five minutes at a time."""
    for minutes in range(0, 60, 5):
        await sims.app.state.mailroom.step(wall_now() + timedelta(minutes=minutes))


async def an_email(sims: Simulators, address: str = "a@example.org") -> str:
    """Send an e-mail and tell its id."""
    body = {
        "template_id": str(TEMPLATES.email),
        "email_address": address,
        "personalisation": MESSAGE,
        "reference": "r-1",
    }
    return await _accepted(sims, "email", body)


async def a_letter(sims: Simulators, postcode: str) -> str:
    """Send a letter and tell its id."""
    given = MESSAGE | ADDRESS | {"postcode": postcode}
    body = {"template_id": str(TEMPLATES.letter), "personalisation": given}
    return await _accepted(sims, "letter", body)


async def _accepted(sims: Simulators, kind: str, body: dict[str, Any]) -> str:
    answer = await post(sims, kind, body)
    assert answer.status_code == 201, answer.status_code
    return str(answer.json()["id"])


class NotificationsService:
    """Takes callbacks as our notifications service would; answers what it is told to."""

    def __init__(self, *answers: int) -> None:
        """Answer with these statuses, 0 for no answer at all, and then with 204."""
        self._answers = list(answers)
        self.taken: list[httpx.Request] = []
        self.client = httpx.AsyncClient(transport=httpx.MockTransport(self._take))

    def _take(self, request: httpx.Request) -> httpx.Response:
        self.taken.append(request)
        status = self._answers.pop(0) if self._answers else 204
        if status == 0:
            raise httpx.ConnectError("away", request=request)
        return httpx.Response(status)

    def paths(self) -> list[str]:
        """Tell where the callbacks went, in their order."""
        return [request.url.path for request in self.taken]
