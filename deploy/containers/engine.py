"""Docker's command line, as the one way this house speaks to an engine."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local.places import ROOT, CannotStartError

NO_ENGINE = (
    "No Docker engine answers with Compose 2 here: start one (deploy/airgap/README.md tells how "
    "without a registry), then run this again."
)


def engine_answers() -> bool:
    """Whether an engine and Compose 2 answer."""
    asked = (
        ["docker", "version", "--format", "{{.Server.Version}}"],
        ["docker", "compose", "version"],
    )
    try:
        told = [subprocess.run(one, capture_output=True, check=False, timeout=20) for one in asked]
    except (OSError, subprocess.TimeoutExpired):
        return False
    return all(one.returncode == 0 for one in told)


@dataclass(frozen=True)
class Compose:
    """One project of docker-compose.yml.

    Args:
        project: Its name; containers, networks and volumes carry it.
        env: The .env that fills the file in.
    """

    project: str
    env: Path

    def run(self, *arguments: str, within: float | None = 900.0) -> str:
        """Run `docker compose …` and give what it prints.

        Raises:
            CannotStartError: It failed; with the end of what it said.
        """
        told = subprocess.run(
            self.command(*arguments),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=within,
        )
        if told.returncode:
            raise CannotStartError(f"docker compose {arguments[0]} failed:\n{told.stderr[-3000:]}")
        return told.stdout

    def command(self, *arguments: str) -> list[str]:
        """Give the whole command."""
        return ["docker", "compose", "-p", self.project, "--env-file", str(self.env), *arguments]

    def rows(self, *arguments: str) -> list[Mapping[str, Any]]:
        """Run a command that prints one JSON object a line."""
        return [json.loads(line) for line in self.run(*arguments).splitlines() if line]

    def standing(self) -> dict[str, str]:
        """How each container stands: its health where it has one, else its state."""
        rows = self.rows("ps", "--all", "--format", "json")
        return {row["Service"]: row["Health"] or row["State"] for row in rows}


def docker(*arguments: str) -> str:
    """Run `docker …` and give what it prints."""
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, check=True).stdout


def memory_of(containers: Sequence[str]) -> dict[str, str]:
    """The memory that each of these containers holds now."""
    if not containers:
        return {}
    told = docker("stats", "--no-stream", "--format", "{{.Name}} {{.MemUsage}}", *containers)
    return dict(line.split(" ", 1) for line in told.splitlines())
