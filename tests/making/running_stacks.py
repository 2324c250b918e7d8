"""What may be asked of a running stack from outside: its measures, its logs, what is parked."""

import asyncio
import subprocess
import sys

import httpx

from deploy.local.environment import environment_of, inherited
from deploy.local.parts import SERVICES
from deploy.local.places import ROOT
from deploy.local.stack import Stack


async def parked(stack: Stack) -> list[str]:
    """Ask each service's operator command; a line for each service that has messages aside."""
    told = await asyncio.gather(*(asyncio.to_thread(_listed, stack, each) for each in SERVICES))
    return [text for text in told if " 0 parked " not in text]


async def measures(stack: Stack) -> dict[str, str]:
    """Read what each service measures."""
    async with httpx.AsyncClient(trust_env=False, timeout=30) as http:
        answers = [await http.get(f"{stack.plan.url(service)}/metrics") for service in SERVICES]
    return {service: answer.text for service, answer in zip(SERVICES, answers, strict=True)}


def log_of(stack: Stack, process: str) -> str:
    """Read a process's whole log."""
    return stack.plan.log(process).read_text(errors="replace")


def _listed(stack: Stack, service: str) -> str:
    told = subprocess.run(
        [sys.executable, "-m", f"services.{service}", "parked", "list"],
        env=inherited() | environment_of(service, stack.plan) | {"COLUMNS": "200"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return f"{service}: {told.stdout}"
