"""Issues the tokens that agencies use: secrets are hashed, tries counted, keys rotated."""

import asyncio
import hmac
import json
import os
import time
from collections import OrderedDict
from functools import cache
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from joserfc import jwt
from joserfc.jwk import ECKey, Key, KeySet

from chassis.clocks import new_id
from services.referral.domain.agency import Agency
from services.referral.settings import ReferralSettings

AUDIENCES = ["kinbridge-referral", "kinbridge-notifications"]
MOST_CLIENTS_REMEMBERED = 10_000
HASHES_AT_ONCE = 2
"""Each takes 64 MiB and a tenth of a second of a core: more at once would starve the desk."""


class TokenDesk:
    """Hashes and checks secrets beside the event loop, counts wrong ones, and signs tokens."""

    def __init__(self, settings: ReferralSettings) -> None:
        """Read the signing keys; the first signs, all are published."""
        self._settings = settings
        self._keys = read_keys(settings.token_signing_key_file)
        self._hasher = PasswordHasher()
        self._nobody = _nobody()
        self._room = asyncio.Semaphore(HASHES_AT_ONCE)
        self._tries: OrderedDict[str, list[float]] = OrderedDict()
        self._key = os.urandom(32)
        self._known: OrderedDict[str, bytes] = OrderedDict()

    async def hash(self, secret: str) -> str:
        """Hash a secret, in a thread."""
        async with self._room:
            return await asyncio.to_thread(self._hasher.hash, secret)

    def recognises(self, hashes: list[str], secret: str) -> bool:
        """Whether this very secret was right before: then nobody's wrong tries shut its client out.

        Only hashes still live in the registry count, so that a secret that has ended is forgotten.
        """
        mark = self._mark(secret)
        return any(hmac.compare_digest(self._known.get(each, b""), mark) for each in hashes)

    async def matches(self, hashes: list[str], secret: str) -> bool:
        """Check a secret; for an unknown client it takes as long as for a known one."""
        async with self._room:
            right = await asyncio.to_thread(self._right, hashes or [self._nobody], secret)
        if right is None or right == self._nobody:
            return False
        self._known[right] = self._mark(secret)
        while len(self._known) > MOST_CLIENTS_REMEMBERED:
            self._known.popitem(last=False)
        return True

    def _mark(self, secret: str) -> bytes:
        return hmac.digest(self._key, secret.encode(), "sha256")

    def _right(self, hashes: list[str], secret: str) -> str | None:
        right = None
        for each in hashes:
            try:
                self._hasher.verify(each, secret)
            except (VerificationError, InvalidHashError):
                continue
            right = each
        return right

    def seconds_to_wait(self, client_id: str) -> int:
        """Tell how long a client that was wrong too often must wait; 0 if it need not."""
        now, lasting = time.monotonic(), self._settings.token_failed_seconds
        tries = [at for at in self._tries.get(client_id, []) if now - at < lasting]
        if len(tries) < self._settings.token_failed_tries:
            return 0
        return max(1, int(lasting - (now - tries[0])))

    def note_wrong(self, client_id: str) -> None:
        """Count a wrong secret against its client, for a while."""
        tries = self._tries.pop(client_id, [])[-self._settings.token_failed_tries + 1 :]
        self._tries[client_id] = [*tries, time.monotonic()]
        while len(self._tries) > MOST_CLIENTS_REMEMBERED:
            self._tries.popitem(last=False)

    def note_right(self, client_id: str) -> None:
        """Forget the wrong secrets of a client that had the right one."""
        self._tries.pop(client_id, None)

    def token(self, agency: Agency, scopes: list[str]) -> dict[str, Any]:
        """Sign an access token for an agency, as RFC 6749 answers it."""
        now, key = int(time.time()), self._keys.keys[0]
        claims = {
            "iss": self._settings.referral_url,
            "sub": agency.client_id,
            "client_id": agency.client_id,
            "aud": AUDIENCES,
            "iat": now,
            "nbf": now,
            "exp": now + self._settings.token_seconds,
            "jti": str(new_id()),
            "kinbridge_council": agency.council,
            "kinbridge_organisation": str(agency.id),
            "scope": " ".join(scopes),
        }
        header = {"alg": "ES256", "kid": key.kid, "typ": "at+jwt"}
        return {
            "access_token": jwt.encode(header, claims, key, ["ES256"]),
            "token_type": "Bearer",
            "expires_in": self._settings.token_seconds,
            "scope": claims["scope"],
        }

    def published_keys(self) -> dict[str, Any]:
        """Give the public keys, those before a rotation among them."""
        return dict(self._keys.as_dict(private=False))


@cache
def _nobody() -> str:
    return PasswordHasher().hash("nobody's secret")


def read_keys(path: Path) -> KeySet:
    """Read a JWK or a JWK set of private P-256 keys, the one that signs first."""
    document = json.loads(path.read_text())
    listed = document.get("keys", [document])
    keys: list[Key] = [ECKey.import_key(each, {"use": "sig", "alg": "ES256"}) for each in listed]
    for key in keys:
        key.ensure_kid()
    return KeySet(keys)
