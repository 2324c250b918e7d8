"""Draws every secret that docker-compose.yml mounts, and writes the .env of a trial.

What is there already is kept: running it again only adds what a newer version has come to need.
"""

import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from deploy.containers.compose_file import ComposeFile
from deploy.containers.plan import SIGNING_KEY, SIMULATORS_STATE, ContainersPlan, plan_containers
from deploy.local.environment import (
    environment_of,
    migration_environment,
    simulators_configuration,
)
from deploy.local.parts import SERVICES
from deploy.local.secrets_file import keep_signing_key

ADMIN = "postgres_password"
SIMULATORS_FILE = "simulators.json"
FROM_OUTSIDE = ("service_client_secret", "notify_api_key", "notify_callback_token")
"""Endings of secrets that others give a council; in production they are never drawn."""

Say = Callable[[str], None]


def first_start(
    compose: ComposeFile, folder: Path, env: Path, say: Say, *, production: bool
) -> None:
    """Write what is missing of the secrets and, for a trial, the .env.

    Args:
        compose: The compose file, which says which secrets there are.
        folder: Where the secrets lie, in `secrets` below it.
        env: The .env to write when there is none; not written for production.
        say: Called with a line for the operator.
        production: Leave out what comes from outside, and all that is for development.
    """
    plan = plan_containers(folder)
    kept = folder / "secrets"
    kept.mkdir(parents=True, exist_ok=True)
    kept.chmod(0o700)
    for name, content in secret_contents(compose, plan).items():
        outside = name.endswith(FROM_OUTSIDE) or name == SIMULATORS_FILE
        if (kept / name).exists():
            continue
        if production and outside:
            say(
                f"Put the secret {name} into {kept / name} (mode 0444)."
                if name != SIMULATORS_FILE
                else "Nothing is written for the simulators."
            )
            continue
        _write(kept / name, content)
    if production:
        plan.folder.joinpath("secrets.json").unlink()
    elif not env.exists():
        env.write_text("".join(trial_lines(compose, plan)))
        say(f"Wrote {env}: a trial with simulators.")
    say(f"The secrets are in {kept}.")


def secret_contents(compose: ComposeFile, plan: ContainersPlan) -> dict[str, str]:
    """Every secret of the compose file by its name, and what it is."""
    found = {
        ADMIN: secrets.token_urlsafe(24),
        SIGNING_KEY.name: keep_signing_key(plan.folder / SIGNING_KEY.name).read_text(),
        SIMULATORS_FILE: json.dumps(simulators_of(plan), indent=2) + "\n",
    }
    plan.folder.joinpath(SIGNING_KEY.name).unlink()
    for service in SERVICES:
        told = migration_environment(service, plan)
        for target, secret in compose.secrets(f"{service}-migrations").items():
            found[secret] = told[target.upper()]
    return found


def simulators_of(plan: ContainersPlan) -> dict[str, object]:
    """What the simulators are told in a container."""
    return simulators_configuration(plan) | {"state_directory": str(SIMULATORS_STATE)}


def trial_settings(compose: ComposeFile, plan: ContainersPlan) -> dict[str, str]:
    """The settings that the compose file leaves to .env, as a trial needs them."""
    found: dict[str, str] = {}
    for service in SERVICES:
        written: Mapping[str, str | None] = compose.service(service)["environment"]
        told = environment_of(service, plan)
        found |= {name: value for name, value in told.items() if written.get(name, "") is None}
    return found


def trial_lines(compose: ComposeFile, plan: ContainersPlan) -> Iterator[str]:
    """The lines of a trial's .env."""
    yield "# A trial with simulators, for development only; .env.example lists every setting.\n"
    yield "COMPOSE_PROFILES=dev\n"
    for name, value in sorted(trial_settings(compose, plan).items()):
        yield f"{name}='{value}'\n" if '"' in value else f"{name}={value}\n"


def _write(path: Path, content: str) -> None:
    """Write a secret that a container's own user may read, in a folder that only ours may enter."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444), "w") as file:  # noqa: PTH123 - a file descriptor with its mode
        file.write(content)
    path.chmod(0o444)
