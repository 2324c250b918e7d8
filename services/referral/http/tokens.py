"""OAuth 2.0 client credentials (RFC 6749, section 4.4) for agencies' software, and its metadata."""

import base64
import binascii
from typing import Any
from urllib.parse import parse_qs, unquote_plus

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from contracts.roles import AgencyScope
from services.referral.room import TheRoom
from services.referral.use_cases.issue_token import (
    TooManyWrong,
    WrongClient,
    WrongScope,
    issue_token,
)

router = APIRouter(tags=["tokens"])
PUBLIC = (
    "POST /oauth/token",
    "GET /.well-known/jwks.json",
    "GET /.well-known/openid-configuration",
)
FORM = {
    "type": "object",
    "required": ["grant_type"],
    "properties": {
        "grant_type": {"const": "client_credentials"},
        "client_id": {"type": "string", "description": "Or by HTTP Basic."},
        "client_secret": {"type": "string", "description": "Or by HTTP Basic."},
        "scope": {"type": "string", "examples": [AgencyScope.SUBMIT_REFERRALS.value]},
    },
}
BODY = {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": FORM}}}
ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {"error": {"type": "string", "examples": ["invalid_client"]}},
}
REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"description": why, "content": {"application/json": {"schema": ERROR}}}
    for status, why in (
        (400, "Another grant type, or a scope that this client does not hold."),
        (401, "No such client, or another secret."),
        (429, "Too many wrong secrets; try again after Retry-After."),
    )
}
LONGEST = 1_000


@router.post(
    "/oauth/token",
    summary="Get a token for ten minutes",
    responses=REFUSALS,
    openapi_extra={"requestBody": BODY},
)
async def token(request: Request, room: TheRoom) -> JSONResponse:
    """Give a token for client credentials, by HTTP Basic or in the form."""
    form = _form(await request.body())
    if form.get("grant_type") != "client_credentials":
        return _refusal(400, "unsupported_grant_type")
    client_id, secret = _basic(request) or (
        form.get("client_id", ""),
        form.get("client_secret", ""),
    )
    if not client_id or not secret or max(len(client_id), len(secret)) > LONGEST:
        return _refusal(401, "invalid_client")
    try:
        told = await issue_token(room, client_id, secret, form.get("scope", ""))
    except TooManyWrong as fact:
        return _refusal(429, "slow_down", **{"Retry-After": str(fact.members["seconds"])})
    except WrongClient:
        return _refusal(401, "invalid_client")
    except WrongScope:
        return _refusal(400, "invalid_scope")
    return JSONResponse(told, headers={"Cache-Control": "no-store", "Pragma": "no-cache"})


@router.get("/.well-known/jwks.json", summary="The keys that agencies' tokens are signed with")
async def keys(room: TheRoom) -> dict[str, Any]:
    """Publish the public keys; those before a rotation stay until their tokens have ended."""
    return room.tokens.published_keys()


@router.get("/.well-known/openid-configuration", summary="Where tokens and keys are")
async def configuration(room: TheRoom) -> dict[str, Any]:
    """Describe the issuer."""
    issuer = room.settings.referral_url.rstrip("/")
    return {
        "issuer": room.settings.referral_url,
        "token_endpoint": f"{issuer}/oauth/token",
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "scopes_supported": [scope.value for scope in AgencyScope],
        "response_types_supported": [],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    }


def _form(body: bytes) -> dict[str, str]:
    try:
        found = parse_qs(body.decode("ascii"), max_num_fields=20)
    except ValueError:
        return {}
    return {name: values[0] for name, values in found.items() if len(values) == 1}


def _basic(request: Request) -> tuple[str, str] | None:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return unquote_plus(client_id), unquote_plus(secret)


def _refusal(status: int, error: str, **headers: str) -> JSONResponse:
    if status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="kinbridge"'
    return JSONResponse({"error": error}, status, headers={"Cache-Control": "no-store", **headers})
