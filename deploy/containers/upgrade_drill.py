"""An upgrade under load, as the guide says: from an earlier commit's images to the present ones.

One service at a time is replaced while the day is played, its pre migrations before and its post
migrations after; the ledger must be green as if nothing had happened.
"""

import asyncio
import shutil
import subprocess
import sys
import time
from functools import partial

from deploy.containers.drill import console, drilled, verdict
from deploy.containers.restarts import Restarts, RestlessHub
from deploy.containers.stack import ContainerStack
from deploy.day.play import play
from deploy.local.parts import SERVICES
from deploy.local.places import ROOT, CannotStartError

PROJECT = "kinbridge-upgrade"
OLD, NEW = "earlier", "local"
PRE, POST = "pre migrations", "post migrations"
STEPS = (PRE, *SERVICES, POST)


def main(earlier: str = "HEAD~1") -> int:
    """Play it on fresh data, and take everything down.

    Args:
        earlier: The commit to upgrade from.
    """
    return drilled(PROJECT, partial(_from, earlier))


def _from(earlier: str, stack: ContainerStack) -> int:
    try:
        stack.build()
        build_of(earlier, stack)
        stack.set_version(OLD)
        stack.down(volumes=True)
        stack.up()
        began = time.monotonic()
        wrong, done = asyncio.run(_upgraded(stack))
    finally:
        stack.set_version(NEW)
    console.print(f"The day took {time.monotonic() - began:.1f} s; done: {', '.join(done)}.")
    missed = [f"{part} was not done: the day was over before." for part in STEPS[len(done) :]]
    return verdict(wrong + missed)


def build_of(commit: str, stack: ContainerStack) -> None:
    """Build the images of another commit, with the tag of the earlier version.

    Raises:
        CannotStartError: The commit cannot be read, or its images do not build.
    """
    folder = stack.folder / "earlier"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    kept = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=False)
    if kept.returncode:
        raise CannotStartError(f"There is no commit {commit} here.")
    subprocess.run(["tar", "-x", "-C", folder], input=kept.stdout, check=True)
    stack.set_version(OLD)
    stack.compose.run("--project-directory", str(folder), "build", within=3600.0)


async def _upgraded(stack: ContainerStack) -> tuple[list[str], list[str]]:
    async def step(part: str) -> None:
        console.print(f"[yellow]   {part}: the new version[/]")
        await asyncio.to_thread(upgrade, stack, part)
        console.print(f"[yellow]   {part}: done[/]")

    hub = RestlessHub.of(stack.state_file)
    steps = Restarts(STEPS, step)
    hub.disturb(steps)
    stack.set_version(NEW)
    wrong = await play(hub, console)
    return wrong, steps.done


def upgrade(stack: ContainerStack, part: str) -> None:
    """Do one step of an upgrade."""
    if part in SERVICES:
        stack.compose.run("up", "--detach", "--no-deps", "--wait", part)
        return
    for service in SERVICES:
        stage = ("migrate", "--stage", "pre" if part == PRE else "post")
        stack.compose.run("run", "--rm", "-T", "--no-deps", f"{service}-migrations", *stage)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
