"""What may be asked of a token endpoint: a client in its own name, or an invented person."""

import base64
import binascii
import secrets
from typing import Annotated
from urllib.parse import parse_qs, unquote

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from deploy.simulators.issuers import (
    DEVELOPMENT_CLIENT,
    EVERY_SERVICE,
    Client,
    Issuer,
)
from deploy.simulators.people import Invented


class TokenError(Exception):
    """An OAuth 2 error: its code, its sentence and the status it is answered with."""

    def __init__(self, error: str, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.error, self.sentence, self.status = error, sentence, status


def _words(given: object) -> object:
    return given.split() if isinstance(given, str) else given


Words = Annotated[tuple[str, ...], BeforeValidator(_words), Field(max_length=20)]


class TokenRequest(BaseModel):
    """A token request, whether it came as a form or as JSON."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    grant_type: str = "client_credentials"
    client_id: str | None = None
    client_secret: str | None = None
    audience: Words = ()
    subject: str | None = None
    roles: Words | None = None


class Granted(BaseModel):
    """The answer of a token endpoint (RFC 6749, 5.1)."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105 - the type's name
    expires_in: int
    scope: str = ""


def read_form(body: bytes, content_type: str) -> TokenRequest:
    """Read a request from a form (as OAuth 2 says) or from JSON (as scripts like it)."""
    if content_type.startswith("application/json"):
        return TokenRequest.model_validate_json(body)
    fields = parse_qs(body.decode(), max_num_fields=50)
    return TokenRequest.model_validate({name: " ".join(value) for name, value in fields.items()})


def with_basic(request: TokenRequest, authorization: str | None) -> TokenRequest:
    """Take client id and secret from HTTP Basic where they came that way."""
    if not authorization or not authorization.startswith("Basic "):
        return request
    try:
        pair = base64.b64decode(authorization.removeprefix("Basic "), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise TokenError("invalid_client", "The Basic header is malformed.", 401) from error
    client_id, _, secret = pair.partition(":")
    update = {"client_id": unquote(client_id), "client_secret": unquote(secret)}
    return request.model_copy(update=update)


def grant(issuer: Issuer, people: tuple[Invented, ...], request: TokenRequest) -> Granted:
    """Grant a token, or raise the TokenError that says why not."""
    if request.grant_type != "client_credentials":
        raise TokenError("unsupported_grant_type", "Only client_credentials is granted here.")
    if request.subject is not None and issuer.kind == "staff":
        token = _for_person(issuer, people, request)
    else:
        token = _for_client(issuer, request)
    return Granted(access_token=token, expires_in=issuer.seconds)


def _for_person(issuer: Issuer, people: tuple[Invented, ...], request: TokenRequest) -> str:
    person = next((one for one in people if one.subject == request.subject), None)
    if person is None:
        raise TokenError("invalid_grant", "Nobody of that name works here; see /people.")
    roles = person.roles if request.roles is None else request.roles
    if not set(roles) <= set(person.roles):
        raise TokenError("invalid_scope", "That person does not have that role; see /people.")
    return issuer.sign(
        subject=person.subject,
        client_id=DEVELOPMENT_CLIENT,
        roles=roles,
        audience=_staff_audience(issuer, request),
    )


def _for_client(issuer: Issuer, request: TokenRequest) -> str:
    client = _known_client(issuer, request)
    audience = request.audience
    if issuer.kind == "staff":
        audience = _staff_audience(issuer, request)
    elif len(audience) != 1 or not audience[0].startswith(f"{EVERY_SERVICE}-"):
        raise TokenError("invalid_target", "A service names one audience, kinbridge-<service>.")
    return issuer.sign(
        subject=client.subject, client_id=client.client_id, roles=client.roles, audience=audience
    )


def _known_client(issuer: Issuer, request: TokenRequest) -> Client:
    secret = (request.client_secret or "").encode()
    for client in issuer.clients:
        known = client.client_id == request.client_id
        if known and secrets.compare_digest(client.secret.encode(), secret):
            return client
    raise TokenError("invalid_client", "Client id or secret is not known here.", 401)


def _staff_audience(issuer: Issuer, request: TokenRequest) -> tuple[str, ...]:
    return tuple(dict.fromkeys((EVERY_SERVICE, *(request.audience or issuer.services))))
