"""The Notify that is played answers as the real one, to the official client and to ours."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
import requests
from notifications_python_client.errors import HTTPError
from notifications_python_client.notifications import NotificationsAPIClient
from requests.adapters import BaseAdapter

from chassis.clocks import wall_now
from tests.making.notify import ADDRESS, MESSAGE, TEMPLATES, post
from tests.making.simulators import (
    API_KEY,
    SERVICE_ID,
    SERVICE_SECRET,
    URL,
    Simulators,
    simulators,
)

BEGINNINGS = (
    'Address lines must not start with any of the following characters: @ ( ) = [ ] " \\ / , < >'
)


class ToTheSimulator(BaseAdapter):
    """Carries the official client's requests to the simulator without a network."""

    def __init__(self, http: httpx.AsyncClient, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._http, self._loop = http, loop

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        sent = self._http.request(
            str(request.method),
            str(request.url).replace(URL, f"{URL}/notify"),
            content=_bytes(request.body),
            headers={name: str(value) for name, value in request.headers.items()},
        )
        answer = asyncio.run_coroutine_threadsafe(sent, self._loop).result(10)
        response = requests.Response()
        response.status_code, response._content = answer.status_code, answer.content
        return response

    def close(self) -> None:
        pass


def _bytes(body: object) -> bytes:
    return body if isinstance(body, bytes) else str(body or "").encode()


def official(sims: Simulators, key: str = API_KEY) -> NotificationsAPIClient:
    client = NotificationsAPIClient(key, base_url=URL)  # type: ignore[no-untyped-call]
    client.request_session.mount(URL, ToTheSimulator(sims.http, asyncio.get_running_loop()))
    return client


async def test_the_official_client_sends_and_reads_all_three_kinds(tmp_path: Path) -> None:
    async with simulators(tmp_path) as sims:
        client = official(sims)
        email = await asyncio.to_thread(
            client.send_email_notification, "a@example.org", str(TEMPLATES.email), MESSAGE, "r-1"
        )
        await asyncio.to_thread(
            client.send_sms_notification, "07700 900111", str(TEMPLATES.sms), MESSAGE, "r-2"
        )
        letter = await asyncio.to_thread(
            client.send_letter_notification, str(TEMPLATES.letter), MESSAGE | ADDRESS, "r-3"
        )
        found = await asyncio.to_thread(client.get_notification_by_id, letter["id"])
        listed = await asyncio.to_thread(client.get_all_notifications, reference="r-2")
        template = await asyncio.to_thread(client.get_template, str(TEMPLATES.email))
    assert email["reference"] == "r-1"
    assert email["content"]["subject"] == "You have an update, reference KB-1"
    assert (found["status"], found["line_3"], found["type"]) == ("created", "SS1 1AA", "letter")
    assert [one["phone_number"] for one in listed["notifications"]] == ["07700 900111"]
    assert set(template["personalisation"]) == {"reference", "message"}


async def test_the_official_client_reads_our_errors(tmp_path: Path) -> None:
    async with simulators(tmp_path) as sims:
        send = official(sims).send_email_notification
        with pytest.raises(HTTPError) as refused:
            await asyncio.to_thread(send, "a@example.org", str(TEMPLATES.email), {"message": "x"})
        assert refused.value.status_code == 400
        assert refused.value.message == [
            {"error": "BadRequestError", "message": "Missing personalisation: reference"}
        ]
        stranger = official(sims, API_KEY[:-1] + "3").send_email_notification
        with pytest.raises(HTTPError) as kept_out:
            await asyncio.to_thread(stranger, "a@example.org", str(TEMPLATES.email), MESSAGE)
        assert kept_out.value.status_code == 403


@pytest.mark.parametrize(
    ("kind", "changes", "sentence"),
    [
        ("email", {"email_address": "nobody"}, "email_address Not a valid email address"),
        ("email", {"template_id": "7"}, "template_id is not a valid UUID"),
        ("email", {"template_id": None}, "template_id is not a valid UUID"),
        ("email", {"email_address": None}, "email_address is not of the right type"),
        ("email", {"personalisation": 7}, "personalisation should contain key value pairs"),
        ("email", {"template_id": SERVICE_ID}, "Template not found"),
        (
            "email",
            {"template_id": str(TEMPLATES.sms)},
            "sms template is not suitable for email notification",
        ),
        (
            "email",
            {"to": "x"},
            "Additional properties are not allowed (to was unexpected)",
        ),
        ("sms", {"phone_number": "01632 960100"}, "phone_number Not a UK mobile number"),
        ("sms", {"phone_number": "07700 900"}, "phone_number Not enough digits"),
        ("sms", {"phone_number": "+44 7700 900 1112"}, "phone_number Too many digits"),
        ("sms", {"phone_number": "o7700"}, "phone_number Must not contain letters or symbols"),
        ("letter", {"address_line_2": None}, "Address must be at least 3 lines"),
        (
            "letter",
            {"postcode": "Southend"},
            "Last line of address must be a real UK postcode or another country",
        ),
        (
            "letter",
            {"address_line_1": ""},
            "personalisation address_line_1 is a required property",
        ),
        (
            "letter",
            {"address_line_1": "(A Person"},
            BEGINNINGS,
        ),
    ],
)
async def test_a_message_that_cannot_be_sent_is_refused_in_notifys_words(
    tmp_path: Path, kind: str, changes: dict[str, Any], sentence: str
) -> None:
    good: dict[str, Any] = {
        "template_id": str(getattr(TEMPLATES, kind)),
        "personalisation": MESSAGE,
    }
    recipient = {"email": "email_address", "sms": "phone_number"}
    if kind == "letter":
        good["personalisation"] = MESSAGE | ADDRESS | changes
    else:
        good |= {recipient[kind]: "a@example.org"} | changes
    async with simulators(tmp_path) as sims:
        answer = await post(sims, kind, good)
        assert (await sims.http.get("/notify/received")).json()["received"] == []
    assert answer.status_code == 400
    assert [error["message"] for error in answer.json()["errors"]] == [sentence]


async def test_every_missing_property_is_named(tmp_path: Path) -> None:
    async with simulators(tmp_path) as sims:
        answer = await post(sims, "sms", {})
        garbled = await post(sims, "sms", b"{")
    assert answer.json() == {
        "status_code": 400,
        "errors": [
            {"error": "ValidationError", "message": "template_id is a required property"},
            {"error": "ValidationError", "message": "phone_number is a required property"},
        ],
    }
    assert garbled.status_code == 400


def a_token(secret: str = SERVICE_SECRET, algorithm: str = "HS256", **claims: Any) -> str:
    now = int(wall_now().timestamp())
    given = {"iss": SERVICE_ID, "iat": now} | claims
    return jwt.encode({k: v for k, v in given.items() if v is not None}, secret, algorithm)


CLOCK = "Error: Your system clock must be accurate to within 30 seconds"


@pytest.mark.parametrize(
    ("authorization", "status", "sentence"),
    [
        (None, 401, "Unauthorized: authentication token must be provided"),
        ("Basic x", 401, "Unauthorized: authentication bearer scheme must be used"),
        ("Bearer x", 403, "Invalid token: signature, api token is not valid"),
        (f"Bearer {a_token(iss=None)}", 403, "Invalid token: iss field not provided"),
        (f"Bearer {a_token(iss='x')}", 403, "Invalid token: service not found"),
        (f"Bearer {a_token(secret='x' * 36)}", 403, "Invalid token: API key not found"),
        (f"Bearer {a_token(iat=None)}", 403, "Invalid token: iat field not provided"),
        (f"Bearer {a_token(iat=1)}", 403, CLOCK),
        (f"Bearer {a_token(iat=int(wall_now().timestamp()) + 9_000)}", 403, CLOCK),
        (
            f"Bearer {a_token('x' * 64, 'HS512')}",
            403,
            "Invalid token: algorithm used is not HS256",
        ),
    ],
)
async def test_a_token_that_notify_would_not_believe_is_refused_in_its_words(
    tmp_path: Path, authorization: str | None, status: int, sentence: str
) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    async with simulators(tmp_path) as sims:
        answer = await sims.http.get(f"/notify/v2/notifications/{SERVICE_ID}", headers=headers)
    error = {"error": "AuthError", "message": sentence}
    assert (answer.status_code, answer.json()) == (
        status,
        {"status_code": status, "errors": [error]},
    )
