"""Reads docker-compose.yml as Compose would: what each container is told, and from which files."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from deploy.local.places import ROOT

COMPOSE = ROOT / "docker-compose.yml"
_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::-(?P<default>[^}]*))?\}")


@dataclass(frozen=True)
class ComposeFile:
    """The file as it is written, and the variables that fill it in.

    Args:
        written: What the file says.
        variables: What .env says.
    """

    written: Mapping[str, Any]
    variables: Mapping[str, str]

    @classmethod
    def read(
        cls, path: Path = COMPOSE, variables: Mapping[str, str] | None = None
    ) -> "ComposeFile":
        """Read it; `variables` are those of the .env beside it unless given."""
        told = env_file(path.with_name(".env")) if variables is None else variables
        return cls(yaml.safe_load(path.read_text()), told)

    def service(self, name: str) -> Mapping[str, Any]:
        """What the file says of one service (in Compose's sense: a container)."""
        found: Mapping[str, Any] = self.written["services"][name]
        return found

    def filled(self, text: str) -> str:
        """Fill in `${NAME:-default}`."""
        return _VARIABLE.sub(
            lambda found: self.variables.get(found["name"]) or found["default"] or "", text
        )

    def environment(self, name: str) -> dict[str, str]:
        """What a container's environment is; a name without a value is told if .env tells it."""
        told = {
            variable: self.variables.get(variable) if value is None else self.filled(str(value))
            for variable, value in self.service(name).get("environment", {}).items()
        }
        return {variable: value for variable, value in told.items() if value is not None}

    def secrets(self, name: str) -> dict[str, str]:
        """The secrets of a container: the name under /run/secrets, and the secret's own."""
        mounted = self.service(name).get("secrets", [])
        pairs = [
            (one, one) if isinstance(one, str) else (one["target"], one["source"])
            for one in mounted
        ]
        return dict(pairs)

    def secret_path(self, secret: str) -> Path:
        """The file that a secret is kept in."""
        written = str(self.written["secrets"][secret]["file"])
        return ROOT / self.filled(written)

    def port(self, name: str) -> int:
        """The port of 127.0.0.1 that a container is reached at."""
        (published,) = self.service(name)["ports"]
        return int(self.filled(published).split(":")[1])


def env_file(path: Path) -> dict[str, str]:
    """Read a .env file and what of it this process's own environment overrides."""
    kept: dict[str, str] = {}
    lines = path.read_text().splitlines() if path.exists() else []
    for line in lines:
        name, found, value = line.partition("=")
        if found and not line.startswith("#"):
            kept[name.strip()] = value.strip().strip("'\"")
    return kept | {n: v for n, v in os.environ.items() if n.startswith(("KINBRIDGE_", "COMPOSE_"))}
