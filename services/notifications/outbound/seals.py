"""Secrets at rest are sealed: the first key seals, every key opens, so that keys can change."""

import secrets
from base64 import b64encode

from cryptography.fernet import Fernet, MultiFernet
from pydantic import SecretStr

PREFIX = "whsec_"
SECRET_BYTES = 32


class Sealer:
    """Seals and opens endpoint secrets."""

    def __init__(self, keys: SecretStr) -> None:
        """Take Fernet keys, comma separated."""
        self._fernet = MultiFernet([Fernet(k.strip()) for k in keys.get_secret_value().split(",")])

    def seal(self, secret: str) -> bytes:
        """Seal with the first key."""
        return self._fernet.encrypt(secret.encode())

    def open(self, sealed: bytes) -> str:
        """Open with whichever key sealed it."""
        return self._fernet.decrypt(sealed).decode()

    def anew(self, sealed: bytes) -> bytes:
        """Seal with the first key what another key had sealed."""
        return self._fernet.rotate(sealed)


def new_secret() -> str:
    """Draw a secret as Standard Webhooks writes it."""
    return PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
