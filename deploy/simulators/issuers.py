"""Issuers of tokens: one per council's staff, one per social care system, one for the services."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeyParameters

from chassis.clocks import new_id, wall_now
from deploy.simulators.configuration import Configuration

SERVICES = "hub-services"
EVERY_SERVICE = "kinbridge"
DEVELOPMENT_CLIENT = "kinbridge-development"

Kind = Literal["staff", "service"]


class TokenRefusedError(Exception):
    """The token is not one of this issuer's, has run out, or is for someone else."""


@dataclass(frozen=True)
class Client:
    """A program that may ask for tokens in its own name."""

    client_id: str
    secret: str
    subject: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Issuer:
    """Signs tokens with a key of its own, so that no issuer can speak for another."""

    name: str
    url: str
    kind: Kind
    council: str | None
    key: ECKey
    seconds: int
    clients: tuple[Client, ...]
    services: tuple[str, ...]

    def sign(
        self, *, subject: str, client_id: str, roles: tuple[str, ...], audience: tuple[str, ...]
    ) -> str:
        """Sign an access token for `subject`; every claim that Kinbridge reads is in it."""
        now = int(wall_now().timestamp())
        claims: dict[str, Any] = {
            "iss": self.url,
            "sub": subject,
            "aud": list(audience),
            "iat": now,
            "nbf": now,
            "exp": now + self.seconds,
            "jti": str(new_id()),
            "kinbridge_organisation": self.name,
            "roles": list(roles),
            "scope": "",
            "client_id": client_id,
        }
        if self.council:
            claims["kinbridge_council"] = self.council
        header = {"alg": "ES256", "typ": "at+jwt", "kid": self.key.kid}
        return jwt.encode(header, claims, self.key, algorithms=["ES256"])

    def read(self, token: str, audience: str) -> dict[str, Any]:
        """Read the claims of one of its own tokens.

        Raises:
            TokenRefusedError: if it is not one, is out of date, or is not for `audience`.
        """
        try:
            claims = jwt.decode(token, self.key, algorithms=["ES256"]).claims
            jwt.JWTClaimsRegistry(
                iss={"essential": True, "value": self.url},
                aud={"essential": True, "value": audience},
                exp={"essential": True},
            ).validate(claims)
        except (JoseError, ValueError) as error:
            raise TokenRefusedError(type(error).__name__) from error
        return claims

    def discovery(self) -> dict[str, Any]:
        """Tell what OpenID Connect discovery asks for, as far as it applies here."""
        return {
            "issuer": self.url,
            "jwks_uri": f"{self.url}/jwks",
            "token_endpoint": f"{self.url}/token",
            "grant_types_supported": ["client_credentials"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "response_types_supported": [],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
        }

    def jwks(self) -> dict[str, Any]:
        """Publish the public half of its key."""
        return {"keys": [self.key.as_dict(private=False)]}


def make_issuers(configuration: Configuration) -> dict[str, Issuer]:
    """Make every issuer, with the key it had before the last restart."""
    folder = configuration.state_directory / "issuers"
    folder.mkdir(parents=True, exist_ok=True)

    services = tuple(f"{EVERY_SERVICE}-{service}" for service in configuration.services)

    def issuer(name: str, kind: Kind, council: str | None, clients: tuple[Client, ...]) -> Issuer:
        url = f"{configuration.public_url}/issuers/{name}"
        key = _kept_key(folder / f"{name}.jwk.json", name)
        seconds = configuration.token_seconds
        return Issuer(name, url, kind, council, key, seconds, clients, services)

    found = [issuer(SERVICES, "service", None, _services(configuration))]
    for council, part in configuration.councils.items():
        care = f"{council}-care"
        secret = part.care_client_secret.get_secret_value()
        system = Client(care, secret, f"system:{care}", ("care_receiver",))
        found += [issuer(council, "staff", council, ()), issuer(care, "staff", council, (system,))]
    return {one.name: one for one in found}


def _services(configuration: Configuration) -> tuple[Client, ...]:
    return tuple(
        Client(name, secret.get_secret_value(), name)
        for name, secret in configuration.services.items()
    )


def _kept_key(path: Path, name: str) -> ECKey:
    if path.exists():
        return ECKey.import_key(json.loads(path.read_text()))
    parameters: KeyParameters = {
        "kid": f"{name}-{new_id().hex[-12:]}",
        "use": "sig",
        "alg": "ES256",
    }
    key = ECKey.generate_key("P-256", parameters, private=True)
    beside = path.with_suffix(".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(key.as_dict(private=True), file)
    beside.replace(path)
    return key
