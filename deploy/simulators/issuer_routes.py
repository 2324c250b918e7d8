"""The issuers over HTTP: discovery, keys, tokens, and the people to ask tokens for."""

from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from deploy.simulators.issuers import Issuer
from deploy.simulators.people import Invented, People
from deploy.simulators.token_requests import Granted, TokenError, grant, read_form, with_basic


def issuer_router(issuers: dict[str, Issuer], people: People) -> APIRouter:
    """Serve every issuer under /issuers/{name}."""
    router = APIRouter(prefix="/issuers", tags=["issuers"])

    def named(name: str) -> Issuer:
        if (issuer := issuers.get(name)) is None:
            raise HTTPException(404, "no such issuer")
        return issuer

    @router.get("/{name}/.well-known/openid-configuration")
    async def discovery(name: str) -> dict[str, Any]:
        """Tell where keys and tokens are."""
        return named(name).discovery()

    @router.get("/{name}/jwks")
    async def jwks(name: str) -> dict[str, Any]:
        """Publish the issuer's public key."""
        return named(name).jwks()

    @router.get("/{name}/people")
    async def who(name: str) -> tuple[Invented, ...]:
        """Tell the invented people that this issuer has tokens for."""
        return people.get(named(name).name, ())

    @router.post("/{name}/token")
    async def token(name: str, request: Request) -> JSONResponse:
        """Grant a token to a client, or (in development) to an invented person."""
        issuer = named(name)
        try:
            granted = await _granted(issuer, people.get(issuer.name, ()), request)
        except TokenError as error:
            body = {"error": error.error, "error_description": error.sentence}
            return JSONResponse(body, error.status, headers={"Cache-Control": "no-store"})
        return JSONResponse(granted.model_dump(), headers={"Cache-Control": "no-store"})

    return router


async def _granted(issuer: Issuer, people: tuple[Invented, ...], request: Request) -> Granted:
    try:
        asked = read_form(await request.body(), request.headers.get("content-type", ""))
    except (ValidationError, ValueError) as error:
        raise TokenError("invalid_request", "The token request is malformed.") from error
    return grant(issuer, people, with_basic(asked, request.headers.get("authorization")))
