"""GOV.UK Notify calls back: receipts, and letters that the post brought back."""

import hmac
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict

from chassis.web.problems import NotIdentified
from services.notifications.domain.things import read_reference
from services.notifications.room import TheRoom
from services.notifications.store import deliveries, letters
from services.notifications.use_cases.take_letter_receipt import (
    take_letter_receipt,
    take_returned_letter,
)
from services.notifications.use_cases.take_receipt import take_receipt

router = APIRouter(prefix="/callbacks/govuk-notify", tags=["callbacks"])
PUBLIC = ("POST /callbacks/govuk-notify", "POST /callbacks/govuk-notify/returned-letters")
"""They bear no token of an issuer but the one that Notify was given."""

_bearer = HTTPBearer(auto_error=False, scheme_name="notify")


async def from_notify(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> None:
    """Let nobody in but who bears the token that Notify was given."""
    expected = request.app.state.settings.notify_callback_token.get_secret_value()
    given = credentials.credentials if credentials else ""
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise NotIdentified


FromNotify = Annotated[None, Depends(from_notify)]


class Callback(BaseModel):
    """What we read of a callback; the recipient in it is left where it is."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    reference: str | None = None


class Receipt(Callback):
    """What became of a message."""

    id: str
    status: str


class ReturnedLetter(Callback):
    """A letter came back."""

    notification_id: str


@router.post("", status_code=204)
async def receipt(room: TheRoom, _door: FromNotify, told: Receipt) -> None:
    """What became of a message."""
    named = read_reference(told.reference or "")
    if named is None:
        return  # another system's message, sent with the same Notify service
    council, what, subject_id = named
    async with room.engine.begin() as conn:
        if what == "letter":
            letter = await letters.hold(conn, council, subject_id)
            if letter is not None and letter.provider_id == told.id:
                await take_letter_receipt(conn, room, letter, told.status)
            return
        delivery = await deliveries.find(conn, council, subject_id)
        if delivery is not None and delivery.reference == told.reference:
            await take_receipt(conn, room, delivery, told.id, told.status)


@router.post("/returned-letters", status_code=204)
async def returned(room: TheRoom, _door: FromNotify, told: ReturnedLetter) -> None:
    """A letter came back."""
    named = read_reference(told.reference or "")
    if named is None or named[1] != "letter":
        return
    async with room.engine.begin() as conn:
        letter = await letters.hold(conn, named[0], named[2])
        if letter is not None and letter.provider_id in (None, told.notification_id):
            await take_returned_letter(conn, room, letter)
