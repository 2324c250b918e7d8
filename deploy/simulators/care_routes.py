"""The social care systems over HTTP: transfers in, a mode to fail in, and what was received."""

import asyncio
import json
from typing import Annotated, Literal

from fastapi import APIRouter, Header, HTTPException, Query, Request
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from deploy.simulators.care import Receipt, Transfer
from deploy.simulators.care_system import CareSystemStore, OtherContentError
from deploy.simulators.configuration import Configuration
from deploy.simulators.issuers import Issuer, TokenRefusedError
from deploy.simulators.journal import Journal, Line
from deploy.simulators.switch import ModeChange, Switch

AUDIENCE = "kinbridge-care"
SENDER = "handover"
Mode = Literal["up", "down", "slow", "reject"]


class CareSystems:
    """One store and one switch per council."""

    def __init__(self, configuration: Configuration, hub: Issuer) -> None:
        """Open the stores; `hub` is the issuer whose service tokens are believed."""
        self.hub = hub
        self.slow_seconds = configuration.slow_seconds
        folder = configuration.state_directory / "care"
        self.stores = {
            council: CareSystemStore(
                part.care_system,
                Journal(folder / f"{council}.jsonl", most_bytes=configuration.most_journal_bytes),
                most_packs=configuration.most_packs,
            )
            for council, part in configuration.councils.items()
        }
        self.switches = {council: Switch[Mode]("up") for council in configuration.councils}

    def store(self, council: str) -> CareSystemStore:
        """Find a council's store, or answer 404."""
        if (store := self.stores.get(council)) is None:
            raise HTTPException(404, "no such council")
        return store

    def let_in(self, authorization: str | None) -> None:
        """Let the hub's handover service in, and nobody else."""
        if not authorization or not authorization.startswith("Bearer "):
            raise HTTPException(401, "a service token is needed", {"WWW-Authenticate": "Bearer"})
        try:
            claims = self.hub.read(authorization.removeprefix("Bearer "), AUDIENCE)
        except TokenRefusedError as error:
            raise HTTPException(401, str(error), {"WWW-Authenticate": "Bearer"}) from error
        if claims.get("client_id") != SENDER:
            raise HTTPException(403, "only the handover service may transfer")


def care_router(systems: CareSystems) -> APIRouter:
    """Serve every council's system under /care/{council}."""
    router = APIRouter(prefix="/care", tags=["social care systems"])

    @router.post("/{council}/transfers")
    async def transfer(
        council: str,
        request: Request,
        authorization: Annotated[str | None, Header()] = None,
        idempotency_key: Annotated[str, Header(max_length=200)] = "",
    ) -> JSONResponse:
        """Take a handover pack in (the contract is in `deploy.simulators.care`)."""
        store = systems.store(council)
        systems.let_in(authorization)
        mode = systems.switches[council].use()
        if mode == "down":
            raise HTTPException(503, "the system is away", {"Retry-After": "1"})
        if mode == "reject":
            raise HTTPException(422, "the system refuses this pack")
        receipt, status = _take_in(store, await request.body(), idempotency_key)
        if mode == "slow":
            await asyncio.sleep(systems.slow_seconds)
        return JSONResponse(Receipt(received=receipt).model_dump(), status)

    _operating(router, systems)
    return router


def _operating(router: APIRouter, systems: CareSystems) -> None:
    @router.post("/{council}/mode")
    async def turn(council: str, change: ModeChange[Mode]) -> ModeChange[Mode]:
        """Switch the system: up, down (503), slow (kept, answered late) or reject (422)."""
        systems.store(council)
        return systems.switches[council].turn(change)

    @router.get("/{council}/received")
    async def received(
        council: str,
        after: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=1_000)] = 200,
    ) -> dict[str, list[Line] | int]:
        """Read every arrival, oldest first; ask again with `after` = `next` until none comes."""
        lines, place = systems.store(council).received(after, limit)
        return {"received": lines, "next": place}


def _take_in(store: CareSystemStore, raw: bytes, key: str) -> tuple[str, int]:
    try:
        transfer = Transfer.model_validate_json(raw)
        return store.take_in(transfer, json.loads(raw), raw, key)
    except ValidationError as error:
        shown = [
            {"field": ".".join(map(str, one["loc"])), "error": one["type"]}
            for one in error.errors(include_input=False, include_context=False, include_url=False)
        ]
        raise HTTPException(422, shown) from error
    except OtherContentError as error:
        raise HTTPException(409, "this pack or key came before with other content") from error
