"""The environment that each process of a stack is started with, built in this one place."""

import json
import os
import tomllib
from typing import Any

from deploy.local.parts import SIMULATORS
from deploy.local.places import ROOT
from deploy.local.plan import StackPlan

INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "TMPDIR")
HUB = "hub-services"
ASKED = ("referral", "allocation")
"""The services that others fetch detail from."""

CARE_SYSTEMS = ("liquidlogic", "mosaic")


def environment_of(service: str, stack: StackPlan) -> dict[str, str]:
    """Every setting of a service, and nothing else; secrets are the stack's own."""
    settings = {
        "environment": "development",
        "service_port": str(stack.ports[service]),
        "database_url": stack.databases[service].app_url,
        "kafka_bootstrap_servers": stack.bootstrap,
        "kafka_password": "",  # a Kafka of our own asks for none; of another, the operator tells it
        "councils_directory": str(ROOT / "councils"),
        "issuers": json.dumps(trusted_issuers(stack)),
        "audience": f"kinbridge-{service}",
        "service_token_url": f"{_issuer(stack, HUB)}/token",
        "service_client_id": service,
        "service_client_secret": stack.secrets.client_secrets[service],
        "idempotency_key": stack.secrets.idempotency_keys[service],
        "field_clock_file": str(stack.field_clock_file),
        **{f"{other}_url": stack.url(other) for other in ASKED},
        **_own_settings(service, stack),
    }
    return {f"KINBRIDGE_{name.upper()}": value for name, value in settings.items()}


def migration_environment(service: str, stack: StackPlan) -> dict[str, str]:
    """The same, with the owner's URL, which a serving process never sees."""
    owner = stack.databases[service].owner_url
    return environment_of(service, stack) | {"KINBRIDGE_OWNER_DATABASE_URL": owner}


def simulators_environment(stack: StackPlan) -> dict[str, str]:
    """The simulators' port and the file that `simulators_configuration` is written to."""
    return {
        "KINBRIDGE_ENVIRONMENT": "development",
        "KINBRIDGE_SIM_PORT": str(stack.ports[SIMULATORS]),
        "KINBRIDGE_SIM_CONFIG": str(stack.folder / "simulators.json"),
    }


def simulators_configuration(stack: StackPlan) -> dict[str, Any]:
    """What the simulators play: issuers, GOV.UK Notify, a care system per council, partners."""
    callbacks = f"{stack.url('notifications')}/callbacks/govuk-notify"
    return {
        "state_directory": str(stack.folder / "simulators"),
        "field_clock_file": str(stack.field_clock_file),
        "public_url": stack.url(SIMULATORS),
        "services": stack.secrets.client_secrets,
        "councils": {
            council: {
                "care_system": CARE_SYSTEMS[place % len(CARE_SYSTEMS)],
                "care_client_secret": stack.secrets.care_client_secrets[council],
            }
            for place, council in enumerate(stack.councils)
        },
        "notify": {
            "api_keys": [stack.secrets.notify_api_key],
            "receipts_url": callbacks,
            "returned_letters_url": f"{callbacks}/returned-letters",
            "receipts_bearer": stack.secrets.notify_callback_token,
        },
    }


def trusted_issuers(stack: StackPlan) -> list[dict[str, str | None]]:
    """Whom every service believes: the hub's own issuer, each council's two, and referral."""
    found = [_trusted(_issuer(stack, HUB), "service", None)]
    for council in stack.councils:
        found.append(_trusted(_issuer(stack, council), "staff", council))
        found.append(_trusted(_issuer(stack, f"{council}-care"), "staff", council))
    referral = stack.url("referral")
    agencies = {"issuer": referral, "kind": "agency", "council": None}
    return [*found, agencies | {"jwks_url": f"{referral}/.well-known/jwks.json"}]


def inherited() -> dict[str, str]:
    """The few variables of this machine that a child process needs besides its settings."""
    kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return kept | {"PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT)}


def _own_settings(service: str, stack: StackPlan) -> dict[str, str]:
    if service == "referral":
        return {"token_signing_key_file": str(stack.signing_key_file)}
    if service == "handover":
        return {"social_care_urls": json.dumps(_care_systems(stack))}
    if service == "notifications":
        return {
            "notify_url": f"{stack.url(SIMULATORS)}/notify",
            "notify_api_key": stack.secrets.notify_api_key,
            "notify_callback_token": stack.secrets.notify_callback_token,
            "webhook_encryption_key": stack.secrets.webhook_encryption_key,
        }
    return {}


def _care_systems(stack: StackPlan) -> dict[str, str]:
    found = {}
    for council in stack.councils:
        rules = tomllib.loads((ROOT / "councils" / f"{council}.toml").read_text())
        found[rules["social_care"]["endpoint_name"]] = f"{stack.url(SIMULATORS)}/care/{council}"
    return found


def _issuer(stack: StackPlan, name: str) -> str:
    return f"{stack.url(SIMULATORS)}/issuers/{name}"


def _trusted(issuer: str, kind: str, council: str | None) -> dict[str, str | None]:
    return {"issuer": issuer, "jwks_url": f"{issuer}/jwks", "kind": kind, "council": council}
