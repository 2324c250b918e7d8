"""The secrets of one stack: drawn at its first start, kept in one file that its owner alone reads.

They guard invented people on one machine. A council's own secrets come from its own store.
"""

import base64
import json
import os
import secrets
import uuid
from pathlib import Path

from joserfc.jwk import ECKey, KeyParameters
from pydantic import BaseModel, ConfigDict

from deploy.local.databases import Passwords
from deploy.local.parts import SERVICES
from deploy.local.state_file import write_private


class StackSecrets(BaseModel):
    """Every secret of one stack."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    database_passwords: dict[str, Passwords]
    client_secrets: dict[str, str]
    idempotency_keys: dict[str, str]
    care_client_secrets: dict[str, str]
    notify_api_key: str
    notify_callback_token: str
    webhook_encryption_key: str


def keep_secrets(path: Path, councils: tuple[str, ...]) -> StackSecrets:
    """Read the stack's secrets, drawing those that are new to it."""
    kept = json.loads(path.read_text()) if path.exists() else {}
    drawn = _drawn(councils).model_dump(mode="json")
    whole = {name: _merged(kept.get(name), fresh) for name, fresh in drawn.items()}
    write_private(path, json.dumps(whole, indent=2) + "\n")
    return StackSecrets.model_validate(whole)


def keep_signing_key(path: Path) -> Path:
    """Keep the private key that the referral service signs agencies' tokens with (a JWK)."""
    if not path.exists():
        kid = f"agencies-{secrets.token_hex(6)}"
        parameters: KeyParameters = {"kid": kid, "use": "sig", "alg": "ES256"}
        key = ECKey.generate_key("P-256", parameters, private=True)
        write_private(path, json.dumps(key.as_dict(private=True)) + "\n")
    return path


def _drawn(councils: tuple[str, ...]) -> StackSecrets:
    return StackSecrets(
        database_passwords={service: Passwords.fresh() for service in SERVICES},
        client_secrets={service: secrets.token_urlsafe(32) for service in SERVICES},
        idempotency_keys={service: secrets.token_urlsafe(32) for service in SERVICES},
        care_client_secrets={council: secrets.token_urlsafe(32) for council in councils},
        notify_api_key=f"kinbridge-{uuid.uuid4()}-{uuid.uuid4()}",
        notify_callback_token=secrets.token_urlsafe(32),
        webhook_encryption_key=base64.urlsafe_b64encode(os.urandom(32)).decode(),
    )


def _merged(kept: object, fresh: object) -> object:
    if isinstance(fresh, dict):
        return {**fresh, **(kept if isinstance(kept, dict) else {})}
    return fresh if kept is None else kept
