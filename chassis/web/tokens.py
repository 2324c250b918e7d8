"""Verifies access tokens: a JWT of an issuer we were told to trust, signed with a key it publishes.

An issuer that is away does not lock anybody out whose key is known, and a key that cannot be
asked for is "try later", never "you are nobody".
"""

import asyncio
import hashlib
import json
import time
from base64 import urlsafe_b64decode
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

import httpx
import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, Key, RSAKey
from joserfc.jwt import JWTClaimsRegistry

from chassis.facts import TryLater
from chassis.settings import TrustedIssuer
from chassis.telemetry import counter
from chassis.web.problems import NotIdentified

ALGORITHMS = ("RS256", "ES256")
TYPES = (None, "JWT", "at+jwt")
LEEWAY_SECONDS = 30
LONGEST_TOKEN = 8_192
FEWEST_RSA_BITS = 2_048
ASK_AGAIN_SECONDS = 30.0
KEYS_STAY_FRESH_SECONDS = 600.0
REMEMBERED_SECONDS = 300.0
REMEMBERED_TOKENS = 10_000

Claims = Mapping[str, Any]
Elapsed = Callable[[], float]
Who = TypeVar("Who")
_refused = counter("tokens_refused", "Tokens that were not believed", "why")


def refused(why: str) -> NotIdentified:
    """Count a token that is not believed; the answer does not say which check it failed."""
    _refused.labels(why).inc()
    return NotIdentified("The access token is not valid here.", mistake="invalid_token")


class Keyring:
    """The public keys of one issuer, asked for when an unknown one turns up, and kept."""

    def __init__(self, issuer: TrustedIssuer, client: httpx.AsyncClient, elapsed: Elapsed) -> None:
        """Start empty: the first token asks."""
        self._issuer, self._client, self._elapsed = issuer, client, elapsed
        self._keys: dict[str, Key] = {}
        self._asked = self._answered = -float("inf")
        self._asking = asyncio.Lock()

    async def find(self, kid: str | None) -> Key:
        """Find the key of that id, or the only key when a token names none.

        Raises:
            NotIdentified: The issuer does not publish such a key.
            TryLater: The issuer could not be asked, so nobody knows.
        """
        if (known := self._known(kid)) is not None and (self._fresh() or self._asking.locked()):
            return known
        async with self._asking:
            if (self._known(kid) is None or not self._fresh()) and self._may_ask():
                await self._ask()
        if (known := self._known(kid)) is not None:
            return known
        if self._answered < self._asked:
            raise TryLater("Who is asking cannot be checked at this moment.")
        raise refused("unknown key")

    def _known(self, kid: str | None) -> Key | None:
        if kid is None:
            return next(iter(self._keys.values())) if len(self._keys) == 1 else None
        return self._keys.get(kid)

    def _fresh(self) -> bool:
        return self._elapsed() - self._answered < KEYS_STAY_FRESH_SECONDS

    def _may_ask(self) -> bool:
        return self._elapsed() - self._asked >= ASK_AGAIN_SECONDS

    async def _ask(self) -> None:
        self._asked = self._elapsed()
        try:
            answer = await self._client.get(self._issuer.jwks_url)
            keys = usable_keys(answer.raise_for_status().json())
        except (httpx.HTTPError, ValueError, JoseError) as error:
            structlog.get_logger().warning(
                "issuer's keys could not be fetched", issuer=self._issuer.issuer, error=error
            )
            return
        self._keys, self._answered = keys, self._asked


def usable_keys(document: object) -> dict[str, Key]:
    """Read the signing keys that our algorithms can use; shared secrets are never among them.

    Raises:
        ValueError: There is none, so the document is not worth forgetting known keys for.
    """
    listed = document.get("keys") if isinstance(document, dict) else None
    keys: dict[str, Key] = {}
    for one in listed if isinstance(listed, list) else ():
        if not isinstance(one, dict) or one.get("use", "sig") != "sig":
            continue
        try:
            key = JWKRegistry.import_key({k: v for k, v in one.items() if k != "d"})
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        if _strong(key):
            key.ensure_kid()
            keys[str(key.kid)] = key
    if not keys:
        message = "no usable key in the issuer's document"
        raise ValueError(message)
    return keys


def _strong(key: Key) -> bool:
    if isinstance(key, RSAKey):
        return bool(key.raw_value.key_size >= FEWEST_RSA_BITS)
    return isinstance(key, ECKey) and key.curve_name == "P-256"


class TokenVerifier:
    """Tells which trusted issuer made a token and what it claims, or refuses it."""

    def __init__(
        self,
        issuers: tuple[TrustedIssuer, ...],
        audience: str,
        client: httpx.AsyncClient,
        elapsed: Elapsed = time.monotonic,
    ) -> None:
        """Trust these issuers for this audience."""
        self._issuers = {one.issuer: one for one in issuers}
        if len(self._issuers) != len(issuers):
            message = "an issuer is named twice; one issuer speaks for one kind of actor"
            raise ValueError(message)
        self._rings = {one.issuer: Keyring(one, client, elapsed) for one in issuers}
        self._registry = JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True},
            sub={"essential": True},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            iat={"essential": True},
        )

    async def verify(self, token: str) -> tuple[TrustedIssuer, Claims]:
        """Check issuer, signature, audience and times.

        Raises:
            NotIdentified: The token is not to be believed.
            TryLater: Its issuer's keys could not be fetched.
        """
        header, unverified = _peek(token)
        issuer = self._issuers.get(str(unverified.get("iss")))
        if issuer is None:
            raise refused("unknown issuer")
        kid = header.get("kid")
        if header.get("alg") not in ALGORITHMS or header.get("typ") not in TYPES:
            raise refused("algorithm or type")
        if kid is not None and not isinstance(kid, str):
            raise refused("malformed")
        key = await self._rings[issuer.issuer].find(kid)
        try:
            claims = jwt.decode(token, key, algorithms=list(ALGORITHMS)).claims
            self._registry.validate(claims)
        except (JoseError, ValueError, TypeError) as error:
            raise refused(type(error).__name__) from None
        return issuer, claims


def _peek(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read header and claims before anything is believed, to know whose key to check with."""
    try:
        header, payload, _signature = token.split(".")
        read = [json.loads(urlsafe_b64decode(part + "==")) for part in (header, payload)]
    except (ValueError, RecursionError):
        raise refused("malformed") from None
    if not all(isinstance(part, dict) for part in read):
        raise refused("malformed")
    return read[0], read[1]


class VerifiedTokens(Generic[Who]):
    """Who was verified moments ago, by the token's hash; bounded in number and in time."""

    def __init__(self) -> None:
        """Start empty."""
        self._seen: OrderedDict[bytes, tuple[float, Who]] = OrderedDict()

    def find(self, token: str) -> Who | None:
        """Find who bears it, unless it has expired or was verified too long ago."""
        name = _name(token)
        until, who = self._seen.get(name, (0.0, None))
        if until <= time.time():
            self._seen.pop(name, None)
            return None
        self._seen.move_to_end(name)
        return who

    def keep(self, token: str, expires: float, who: Who) -> None:
        """Remember until it expires, and never longer than a withdrawn key may go unnoticed."""
        until = min(expires + LEEWAY_SECONDS, time.time() + REMEMBERED_SECONDS)
        self._seen[_name(token)] = (until, who)
        while len(self._seen) > REMEMBERED_TOKENS:
            self._seen.popitem(last=False)


def _name(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
