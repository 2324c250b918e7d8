"""A backup, the loss of the database's volume, and the restore, played as the guide says.

The ledger is checked afterwards: it must tell of what came in after the backup, and nothing else.
"""

import asyncio
import gzip
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from deploy.containers.drill import console, drilled
from deploy.containers.engine import docker
from deploy.containers.stack import ContainerStack
from deploy.day import families
from deploy.day.cast import Day
from deploy.day.evidence import Evidence, Receipt
from deploy.day.expected import Expected
from deploy.day.families import planted
from deploy.day.gather import gather
from deploy.day.hub import Hub
from deploy.day.ledger import check_day
from deploy.day.play import STORIES, the_day
from deploy.day.timeline import Timeline
from deploy.local.parts import SERVICES, SIMULATORS

PROJECT = "kinbridge-restore"
LOST = "after the backup"
BACKUP = (
    "pg_basebackup",
    "-U",
    "kinbridge_admin",
    "-D",
    "-",
    "-F",
    "tar",
    "-X",
    "fetch",
    "-c",
    "fast",
)
UNPACK = (
    'mkdir -p "$PGDATA" && tar -x -C "$PGDATA" && chmod 700 "$PGDATA" '
    "&& chown -R postgres:postgres /var/lib/postgresql"
)


def main() -> int:
    """Play it on fresh data, and take everything down."""
    return drilled(PROJECT, _lost_and_restored)


def _lost_and_restored(stack: ContainerStack) -> int:
    stack.build()
    stack.down(volumes=True)
    stack.up()
    found, lost = asyncio.run(_played(stack))
    console.print(f"\nThe ledger tells of {len(found)} things, {len(lost)} referrals were lost:")
    for sentence in found:
        console.print(f"  {sentence}", markup=False, soft_wrap=True)
    others = [one for one in found if not one.startswith(LOST)]
    console.print("[red]Something else is wrong.[/]" if others else "[green]And nothing else.[/]")
    return 1 if others or not found else 0


async def _played(stack: ContainerStack) -> tuple[list[str], list[Receipt]]:
    hub = Hub.of(stack.state_file)
    async with Timeline(hub, console) as timeline:
        day = Day(hub, timeline)
        await the_day(day)
        await hub.quiet()
        backup(stack, stack.folder / "backup.tar.gz")
        before = list(day.receipts)
        another = {**families.REVIEWED, "agency_reference": "OLS-AFTER-BACKUP"}
        await day.refer(LOST, "Oak Lane School", another)
        await hub.quiet()
    lost = day.receipts[len(before) :]
    await asyncio.to_thread(lose_and_restore, stack, stack.folder / "backup.tar.gz")
    hub = Hub.of(stack.state_file)
    await hub.quiet()
    return check_day(await _evidence(hub, day, before, lost), _expected()), lost


async def _evidence(hub: Hub, day: Day, kept: list[Receipt], lost: list[Receipt]) -> Evidence:
    """Gather what is there; a lost referral can be read nowhere."""
    names = [agency.id for agency in day.agencies.values()]
    evidence = await gather(hub, kept, names, planted())
    return replace(evidence, receipts=(*kept, *lost))


def _expected() -> tuple[Expected, ...]:
    return (
        *STORIES,
        Expected(story=LOST, status="received", owner="front_door", told=("received",)),
    )


def backup(stack: ContainerStack, to: Path) -> None:
    """Take the whole cluster, all four databases at one moment, while everything runs."""
    command = stack.compose.command("exec", "-T", "postgres", *BACKUP)
    told = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    to.write_bytes(gzip.compress(told.stdout, 6))
    console.print(f"[yellow]The backup is taken: {to.stat().st_size / 1e6:.1f} MB.[/]")


def lose_and_restore(stack: ContainerStack, backup_file: Path) -> None:
    """Remove the database's volume, and follow the guide."""
    run = stack.compose.run
    run("stop", *SERVICES, SIMULATORS, "partitions")
    run("rm", "--force", "--stop", "postgres")
    docker("volume", "rm", f"{PROJECT}_postgres")
    console.print("[yellow]The database's volume is lost.[/]")
    command = ("run", "--rm", "-T", "--no-deps", "--entrypoint", "sh", "postgres", "-c", UNPACK)
    subprocess.run(
        stack.compose.command(*command), input=gzip.decompress(backup_file.read_bytes()), check=True
    )
    console.print(run("run", "--rm", "-T", "after-restore"), markup=False)
    stack.up()


if __name__ == "__main__":
    sys.exit(main())
