"""Our thin adapter beside GOV.UK Notify's official client: same token, same requests."""

import json
from typing import Any

import httpx
import pytest
from notifications_python_client.authentication import decode_jwt_token, get_token_issuer
from notifications_python_client.notifications import NotificationsAPIClient
from pydantic import SecretStr

from chassis.outcalls import TryLaterError
from services.notifications.outbound.govuk_notify import GovukNotify, RefusedByNotify
from tests.making.telling import API_KEY

URL = "https://notify.example"
SECRET = API_KEY[-36:]
SENT = {
    "email": {"email_address": "a@school.example"},
    "sms": {"phone_number": "07700900111"},
}


class Official(NotificationsAPIClient):
    """The official client, kept from the network: it tells what it would have sent."""

    def request(self, method: str, url: str, data: Any = None, params: Any = None) -> Any:
        """Tell the request."""
        return method, url, data, params


OFFICIAL: Any = Official(API_KEY, base_url=URL)  # type: ignore[no-untyped-call]
reads: Any = decode_jwt_token
issuer_of: Any = get_token_issuer


async def asked(answer: httpx.Response, kind: str) -> httpx.Request:
    """Send one message through our adapter and give the request it made."""
    made: list[httpx.Request] = []

    def take(request: httpx.Request) -> httpx.Response:
        made.append(request)
        return answer

    async with GovukNotify(URL, SecretStr(API_KEY), httpx.MockTransport(take)) as ours:
        said = {"message": "You have an update."}
        if kind == "letter":
            await ours.send_letter("t-1", said | {"address_line_1": "A"}, "r-1")
        elif kind == "email":
            await ours.send_email("a@school.example", "t-1", said, "r-1")
        else:
            await ours.send_sms("07700900111", "t-1", said, "r-1")
    return made[0]


@pytest.mark.parametrize("kind", ["email", "sms", "letter"])
async def test_our_request_is_the_official_clients(kind: str) -> None:
    request = await asked(httpx.Response(201, json={"id": "n-1"}), kind)
    said = {"message": "You have an update."}
    theirs = {
        "email": lambda: OFFICIAL.send_email_notification(
            "a@school.example", "t-1", said, reference="r-1"
        ),
        "sms": lambda: OFFICIAL.send_sms_notification("07700900111", "t-1", said, "r-1"),
        "letter": lambda: OFFICIAL.send_letter_notification(
            "t-1", said | {"address_line_1": "A"}, reference="r-1"
        ),
    }[kind]()
    assert (request.method, request.url.path, json.loads(request.content)) == theirs[:3]


async def test_the_official_library_believes_our_token() -> None:
    request = await asked(httpx.Response(201, json={"id": "n-1"}), "email")
    token = request.headers["Authorization"].removeprefix("Bearer ")
    assert reads(token, SECRET) is True
    assert issuer_of(token) == OFFICIAL.service_id


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, "ValidationError"), (400, "BadRequestError"), (404, "NoResultFound")],
)
async def test_what_notify_refuses_for_good_is_not_tried_again(status: int, error: str) -> None:
    answer = httpx.Response(status, json={"errors": [{"error": error, "message": "a@b.example"}]})
    with pytest.raises(RefusedByNotify) as refused:
        await asked(answer, "email")
    assert "a@b.example" not in f"{refused.value}{refused.value.error}"


@pytest.mark.parametrize("status", [403, 429, 500, 503])
async def test_what_passes_is_tried_again(status: int) -> None:
    with pytest.raises(TryLaterError):
        await asked(httpx.Response(status, text="not json"), "sms")


async def test_a_wrong_answer_from_a_proxy_is_tried_again() -> None:
    with pytest.raises(TryLaterError):
        await asked(httpx.Response(200, text="<html>"), "letter")
