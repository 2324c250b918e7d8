"""Who is asking: the one door through which every route learns its actor, or refuses it.

What an actor is comes from the issuer's registration, never from the token alone: a staff issuer
speaks for one council, and no token of its can claim another.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal, Self

import httpx
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from chassis.facts import Forbidden
from chassis.settings import TrustedIssuer
from chassis.web.problems import NotIdentified
from chassis.web.tokens import (
    LONGEST_TOKEN,
    Claims,
    Elapsed,
    TokenVerifier,
    VerifiedTokens,
    refused,
)

ActorKind = Literal["staff", "agency", "service", "system"]
JWKS_SECONDS = 3.0
FAR_AWAY = 2**40


@dataclass(frozen=True)
class Actor:
    """Someone or something that acts, as an issuer vouches for it.

    `council` is empty for services and the system, which serve them all: they take it from the
    resource. Compared with any row's council, the empty one matches none.
    """

    subject: str
    kind: ActorKind
    council: str = ""
    organisation: str = ""
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    client: str = ""

    @classmethod
    def system(cls, subject: str, council: str = "") -> Self:
        """Name the part of the system that acts where no person did: a timer, a consumer."""
        return cls(subject=subject, kind="system", council=council, organisation="kinbridge")


def actor_of(issuer: TrustedIssuer, claims: Claims) -> Actor:
    """Make the actor that this issuer may vouch for.

    Raises:
        NotIdentified: A claim is missing, malformed, or not this issuer's to make.
    """
    claimed = _word(claims, "kinbridge_council")
    council = issuer.council or claimed
    if claimed and claimed != council:
        raise refused("another council")
    subject, client = _word(claims, "sub"), _word(claims, "client_id")
    if issuer.kind == "staff":
        roles = claims.get("roles", [])
        if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
            raise refused("malformed roles")
        actor = Actor(subject, "staff", council, council, frozenset(roles), client=client)
    elif issuer.kind == "agency":
        organisation = _word(claims, "kinbridge_organisation")
        scopes = frozenset(_word(claims, "scope").split())
        if not organisation or not council:
            raise refused("no organisation or council")
        actor = Actor(subject, "agency", council, organisation, scopes=scopes, client=client)
    else:
        if not client:
            raise refused("no client")
        actor = Actor(subject, "service", "", client, client=client)
    if not actor.subject:
        raise refused("no subject")
    return actor


def _word(claims: Claims, name: str) -> str:
    value = claims.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > 255 or "\x00" in value:
        raise refused("malformed claim")
    return value


class IdentityDoor:
    """Turns a bearer token into an actor; remembers what it verified moments ago."""

    def __init__(
        self,
        issuers: tuple[TrustedIssuer, ...],
        audience: str,
        transport: httpx.AsyncBaseTransport | None = None,
        elapsed: Elapsed = time.monotonic,
    ) -> None:
        """Trust these issuers for this audience; `transport` and `elapsed` are for tests."""
        self._client = httpx.AsyncClient(timeout=JWKS_SECONDS, transport=transport)
        self._verifier = TokenVerifier(issuers, audience, self._client, elapsed)
        self._verified: VerifiedTokens[Actor] = VerifiedTokens()

    async def actor(self, token: str | None) -> Actor:
        """Identify the bearer.

        Raises:
            NotIdentified: There is no token, or it is not to be believed.
            TryLater: The issuer's keys could not be fetched.
        """
        if not token:
            raise NotIdentified
        if (known := self._verified.find(token)) is not None:
            return known
        if len(token) > LONGEST_TOKEN or not token.isascii():
            raise refused("malformed")
        issuer, claims = await self._verifier.verify(token)
        actor = actor_of(issuer, claims)
        self._verified.keep(token, float(min(claims["exp"], FAR_AWAY)), actor)
        return actor

    async def close(self) -> None:
        """Close the client that fetches keys."""
        await self._client.aclose()


@dataclass(frozen=True)
class Way:
    """One kind of actor that may pass, and what it must bring: one of the names, if any is set."""

    kind: ActorKind
    names: frozenset[str]

    def open_to(self, actor: Actor) -> bool:
        """Tell whether this actor may pass."""
        brings = {"staff": actor.roles, "agency": actor.scopes}.get(actor.kind, {actor.client})
        return actor.kind == self.kind and (not self.names or bool(self.names & brings))


_bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", scheme_name="token")


@dataclass(frozen=True)
class Door:
    """A FastAPI dependency that lets through who may pass one of its ways, as an `Actor`."""

    ways: tuple[Way, ...]

    async def __call__(
        self,
        request: Request,
        credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    ) -> Actor:
        """Identify the bearer (401), then see whether it may pass (403)."""
        identity: IdentityDoor = request.app.state.identity
        actor = await identity.actor(credentials.credentials if credentials else None)
        request.scope.setdefault("kinbridge", {})["actor"] = actor
        if not any(way.open_to(actor) for way in self.ways):
            raise Forbidden(_may_not(actor))
        return actor


def _may_not(actor: Actor) -> str:
    what = {"staff": "Your role does", "agency": "Your agency's permissions do"}
    return f"{what.get(actor.kind, 'This client does')} not allow this."


def staff(*roles: str) -> Door:
    """Let through staff who hold any of the roles, or any staff when none is named."""
    return Door((Way("staff", _names(roles)),))


def agency(scope: str) -> Door:
    """Let through an agency's system whose token has the scope."""
    return Door((Way("agency", _names([scope])),))


def calling_service(*clients: str) -> Door:
    """Let through the named services of this hub, or any when none is named."""
    return Door((Way("service", _names(clients)),))


def either(*doors: Door) -> Door:
    """Let through whom any of the doors would."""
    return Door(tuple(way for door in doors for way in door.ways))


def _names(names: Iterable[str]) -> frozenset[str]:
    return frozenset(str(name) for name in names)
