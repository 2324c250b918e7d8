"""The lock on the door: Notify's API keys, and the short-lived tokens that are made with them."""

import json
import re
from collections.abc import Iterable

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from pydantic import SecretStr

from chassis.clocks import wall_now
from deploy.simulators.notify.refusals import no_entry

BOUND_SECONDS = 30
_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_KEY = re.compile(f".+-(?P<service>{_UUID})-(?P<secret>{_UUID})", re.IGNORECASE)


class Keys:
    """The API keys of every service that this Notify knows."""

    def __init__(self, api_keys: Iterable[SecretStr]) -> None:
        """Take keys as Notify shows them: name, service id and secret, joined by hyphens."""
        self._secrets: dict[str, list[OctKey]] = {}
        for key in api_keys:
            if (parts := _KEY.fullmatch(key.get_secret_value())) is None:
                message = "an API key is name-serviceid-secret, both of them UUIDs"
                raise ValueError(message)
            secret = OctKey.import_key(parts["secret"])
            self._secrets.setdefault(parts["service"], []).append(secret)

    def service_of(self, authorization: str | None) -> str:
        """Tell which service asks.

        Raises:
            NotifyError: with Notify's own words for what is wrong with the token.
        """
        if not authorization:
            raise no_entry("Unauthorized: authentication token must be provided", 401)
        if authorization[:7].title() != "Bearer ":
            raise no_entry("Unauthorized: authentication bearer scheme must be used", 401)
        token = authorization[7:]
        service = _issuer(token)
        if service not in self._secrets:
            raise no_entry("Invalid token: service not found")
        _check_age(self._claims(token, service))
        return service

    def _claims(self, token: str, service: str) -> dict[str, object]:
        for secret in self._secrets[service]:
            try:
                return jwt.decode(token, secret, algorithms=["HS256"]).claims
            except (JoseError, ValueError):
                continue
        raise no_entry("Invalid token: API key not found")


def _issuer(token: str) -> str:
    try:
        unread = jws.extract_compact(token.encode())
        claims = json.loads(unread.payload)
    except (JoseError, ValueError) as error:
        raise no_entry("Invalid token: signature, api token is not valid") from error
    if unread.headers().get("alg") != "HS256":
        raise no_entry("Invalid token: algorithm used is not HS256")
    if not isinstance(claims, dict) or "iss" not in claims:
        raise no_entry("Invalid token: iss field not provided")
    return str(claims["iss"])


def _check_age(claims: dict[str, object]) -> None:
    issued = claims.get("iat")
    if not isinstance(issued, int | float):
        raise no_entry("Invalid token: iat field not provided")
    if abs(wall_now().timestamp() - issued) > BOUND_SECONDS:
        raise no_entry("Error: Your system clock must be accurate to within 30 seconds")
