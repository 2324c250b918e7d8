"""GOV.UK Notify over HTTP, under /notify; and, for the ledger, what it was given to send."""

import json
from itertools import islice
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import JSONResponse

from deploy.simulators.journal import Line
from deploy.simulators.notify.keys import Keys
from deploy.simulators.notify.refusals import NotifyError, bad_request, nothing_found
from deploy.simulators.notify.sending import PostOffice
from deploy.simulators.notify.templates import Kind
from deploy.simulators.switch import ModeChange, Switch

Mode = Literal["up", "down", "limited"]
Authorization = Annotated[str | None, Header()]
DOWN = NotifyError(500, "Exception", ("Internal server error",))
LIMITED = NotifyError(
    429,
    "RateLimitError",
    ("Exceeded rate limit for key type LIVE of 3000 requests per 60 seconds",),
)


class Door:
    """Who may come in, and whether the house is open."""

    def __init__(self, keys: Keys) -> None:
        """Begin open."""
        self.keys = keys
        self.switch = Switch[Mode]("up")

    def enter(self, authorization: str | None) -> str:
        """Tell which service comes in, or raise the NotifyError that keeps it out."""
        mode = self.switch.use()
        if mode == "down":
            raise DOWN
        service = self.keys.service_of(authorization)
        if mode == "limited":
            raise LIMITED
        return service


def notify_router(office: PostOffice, door: Door) -> APIRouter:
    """Serve the API, and beside it a mode to fail in and what was accepted."""
    router = APIRouter(prefix="/notify", tags=["GOV.UK Notify"])
    _messages(router, office, door)
    _templates(router, office, door)

    @router.post("/mode")
    async def turn(change: ModeChange[Mode]) -> ModeChange[Mode]:
        """Switch Notify: up, down (500) or limited (429)."""
        return door.switch.turn(change)

    @router.get("/received")
    async def received(
        after: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=1_000)] = 200,
    ) -> dict[str, list[Line] | int]:
        """Read every accepted message, oldest first; again with `after` = `next` until empty."""
        lines, place = office.mailroom.received(after, limit)
        return {"received": lines, "next": place}

    return router


def _messages(router: APIRouter, office: PostOffice, door: Door) -> None:
    @router.post("/v2/notifications/{kind}")
    async def send(kind: Kind, request: Request, authorization: Authorization = None) -> Response:
        """Send an e-mail, a text message or a letter."""
        service = door.enter(authorization)
        try:
            body = json.loads(await request.body())
        except ValueError as error:
            raise bad_request("Invalid JSON supplied in POST data") from error
        return JSONResponse(office.send(kind, service, body), 201)

    @router.get("/v2/notifications/{notification_id}")
    async def one(notification_id: UUID, authorization: Authorization = None) -> dict[str, Any]:
        """Tell one message as it is now."""
        service = door.enter(authorization)
        if office.mailroom.owner(str(notification_id)) != service:
            raise nothing_found()
        return office.mailroom.seen(str(notification_id))

    @router.get("/v2/notifications")
    async def many(
        reference: str | None = None,
        template_type: Kind | None = None,
        authorization: Authorization = None,
    ) -> dict[str, Any]:
        """Tell up to 250 messages, newest first: how a sender finds what it may have sent."""
        service = door.enter(authorization)
        found = islice(office.mailroom.ids(service, reference, template_type), 250)
        return {"notifications": [office.mailroom.seen(one) for one in found], "links": {}}


def _templates(router: APIRouter, office: PostOffice, door: Door) -> None:
    @router.get("/v2/templates")
    async def templates(
        type: Kind | None = None,  # noqa: A002 - the API's own word
        authorization: Authorization = None,
    ) -> dict[str, Any]:
        """Tell the templates."""
        door.enter(authorization)
        shown = (one.shown() for one in office.templates.values())
        return {"templates": [one for one in shown if type in (None, one["type"])]}

    @router.get("/v2/template/{template_id}")
    async def template(template_id: UUID, authorization: Authorization = None) -> dict[str, Any]:
        """Tell one template."""
        door.enter(authorization)
        if (found := office.templates.get(template_id)) is None:
            raise nothing_found()
        return found.shown()
