"""Invented issuers of tokens, whose keys are fetched through a fake network."""

import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey, Key, RSAKey

from chassis.settings import TrustedIssuer

AUDIENCE = "kinbridge-referral"


@cache
def a_key(kid: str, kind: Literal["EC", "RSA"] = "EC") -> Key:
    """Make a signing key once per id; RSA keys are slow to make."""
    if kind == "RSA":
        return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig"})


@dataclass
class Issuer:
    """One issuer: it signs, publishes its keys, counts who asks for them, and can be away."""

    url: str = "https://login.southend.example"
    kind: Literal["staff", "agency", "service"] = "staff"
    council: str | None = "southend"
    keys: list[Key] = field(default_factory=lambda: [a_key("first")])
    away: bool = False
    asked: int = 0

    @property
    def registration(self) -> TrustedIssuer:
        """How a service is told to trust it."""
        return TrustedIssuer(
            issuer=self.url, jwks_url=f"{self.url}/keys", kind=self.kind, council=self.council
        )

    def token(self, key: Key | None = None, header: dict[str, Any] | None = None, **c: Any) -> str:
        """Sign a token; claims replace the sound ones, and None removes one."""
        now, key = int(time.time()), key or self.keys[0]
        sound = {
            "iss": self.url,
            "sub": "w-1001",
            "aud": AUDIENCE,
            "iat": now,
            "nbf": now,
            "exp": now + 300,
        }
        claims = {name: value for name, value in (sound | c).items() if value is not None}
        alg = "RS256" if isinstance(key, RSAKey) else "ES256"
        return jwt.encode({"alg": alg, "kid": key.kid, **(header or {})}, claims, key, [alg])

    def bearer(self, **claims: Any) -> dict[str, str]:
        """Give the header that a request carries."""
        return {"Authorization": f"Bearer {self.token(**claims)}"}

    def publish(self, request: httpx.Request) -> httpx.Response:
        """Answer with the public keys, or not at all."""
        self.asked += 1
        if self.away:
            raise httpx.ConnectError("away", request=request)
        return httpx.Response(200, json={"keys": [key.as_dict(private=False) for key in self.keys]})


def network_of(*issuers: Issuer) -> httpx.MockTransport:
    """Give a network on which these issuers publish their keys."""
    by_url = {f"{issuer.url}/keys": issuer for issuer in issuers}
    return httpx.MockTransport(lambda request: by_url[str(request.url)].publish(request))


def hub_agencies() -> Issuer:
    """Make the hub's own issuer for agencies."""
    return Issuer("https://hub.example/agencies", "agency", None, [a_key("hub")])


def hub_services() -> Issuer:
    """Make the issuer for the hub's services."""
    return Issuer("https://hub.example/services", "service", None, [a_key("hub")])
