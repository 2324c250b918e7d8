"""GOV.UK Notify, thin and asynchronous: send, find what was sent, ask how it went."""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal, Self

import aiohttp
import httpx
import structlog
from joserfc import jwt
from joserfc.jwk import OctKey
from pydantic import SecretStr

from chassis.clocks import wall_now
from chassis.facts import Fact
from chassis.outcalls import TryLaterError, plain_client

Kind = Literal["email", "sms", "letter"]
SECONDS = 20.0
UUID_LENGTH = 36


class RefusedByNotify(Fact):
    """Notify refused a message for good: its address, its template or its text."""

    slug = "refused-by-notify"
    title = "GOV.UK Notify refused this message"

    def __init__(self, status: int, error: str) -> None:
        """Name the status and Notify's name for the error, which holds no value."""
        super().__init__()
        self.status, self.error = status, error


@dataclass(frozen=True)
class Seen:
    """A message as Notify has it: its id there and its status."""

    id: str
    status: str


class GovukNotify:
    """Speaks to one Notify service; opened with ours and closed with it."""

    def __init__(
        self, url: str, api_key: SecretStr, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        """Take the API key as Notify shows it; `transport` is for tests."""
        key = api_key.get_secret_value()
        self._url = url.rstrip("/")
        self._service = key[-2 * UUID_LENGTH - 1 : -UUID_LENGTH - 1]
        self._secret = OctKey.import_key(key[-UUID_LENGTH:])
        self._transport = transport
        self._client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        self._client = plain_client(self._transport)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def token(self) -> str:
        """Make the short-lived token that each request carries."""
        claims = {"iss": self._service, "iat": int(wall_now().timestamp())}
        return jwt.encode({"typ": "JWT", "alg": "HS256"}, claims, self._secret, ["HS256"])

    async def send_email(
        self, address: str, template_id: str, personalisation: dict[str, str], reference: str
    ) -> str:
        """Send an e-mail and give Notify's id.

        Raises:
            RefusedByNotify: for good.
            TryLaterError: nothing is known of it yet; find it by reference before sending again.
        """
        body = _body(template_id, personalisation, reference)
        return await self._send("email", body | {"email_address": address})

    async def send_sms(
        self, number: str, template_id: str, personalisation: dict[str, str], reference: str
    ) -> str:
        """Send a text message and give Notify's id; see `send_email` for what it raises."""
        body = _body(template_id, personalisation, reference)
        return await self._send("sms", body | {"phone_number": number})

    async def send_letter(
        self, template_id: str, personalisation: dict[str, str], reference: str
    ) -> str:
        """Post a letter, whose address is in `personalisation`; see `send_email`."""
        return await self._send("letter", _body(template_id, personalisation, reference))

    async def find(self, kind: Kind, reference: str) -> Seen | None:
        """Find what was sent under a reference, if anything was."""
        given = {"reference": reference, "template_type": kind}
        told = await self._call("GET", "/v2/notifications", params=given)
        found = (told or {}).get("notifications") or []
        return Seen(str(found[0]["id"]), str(found[0]["status"])) if found else None

    async def status(self, notify_id: str) -> Seen | None:
        """Ask how a message went; None where Notify has forgotten it."""
        told = await self._call("GET", f"/v2/notifications/{notify_id}")
        return Seen(str(told["id"]), str(told["status"])) if told else None

    async def _send(self, kind: Kind, body: dict[str, Any]) -> str:
        told = await self._call("POST", f"/v2/notifications/{kind}", json=body)
        if told is None:
            raise RefusedByNotify(HTTPStatus.NOT_FOUND, "NoResultFound")
        return str(told["id"])

    async def _call(self, method: str, path: str, **more: Any) -> dict[str, Any] | None:
        if self._client is None:
            message = "Notify is used inside `async with`"
            raise RuntimeError(message)
        headers = {"Authorization": f"Bearer {self.token()}", "User-Agent": "Kinbridge"}
        try:
            async with asyncio.timeout(SECONDS):
                answer = await self._client.request(
                    method, self._url + path, headers=headers, **more
                )
        except (httpx.HTTPError, aiohttp.ClientError, TimeoutError, OSError) as error:
            structlog.get_logger().warning("notify did not answer", error=error)
            raise TryLaterError from None
        return _told(answer)


def _body(template_id: str, personalisation: dict[str, str], reference: str) -> dict[str, Any]:
    return {
        "template_id": template_id,
        "personalisation": personalisation,
        "reference": reference,
    }


def _told(answer: httpx.Response) -> dict[str, Any] | None:
    status = answer.status_code
    try:
        told = answer.json()
    except ValueError:
        told = None
    if answer.is_success and isinstance(told, dict):
        return told
    if status == HTTPStatus.NOT_FOUND:
        return None
    error = _error_of(told)
    if status == HTTPStatus.BAD_REQUEST and error in ("ValidationError", "BadRequestError"):
        raise RefusedByNotify(status, error)
    # A refused key, a limit, a fault of theirs: each passes, and the alarm is in the log.
    structlog.get_logger().warning("notify must wait", status=status, reason=error)
    raise TryLaterError


def _error_of(told: Any) -> str:
    try:
        name = str(told["errors"][0]["error"])
    except (TypeError, KeyError, IndexError):
        return "unknown"
    return name if name.isalpha() else "unknown"
