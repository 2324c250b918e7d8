"""Databases for the four services, made and migrated side by side."""

import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

from deploy.local.children import begun_log, last_lines
from deploy.local.databases import addresses, create_service_database
from deploy.local.environment import inherited, migration_environment
from deploy.local.parts import SERVICES
from deploy.local.places import ROOT, CannotStartError
from deploy.local.plan import StackPlan
from deploy.local.state_file import read_state, write_state


def with_addresses(plan: StackPlan, server_url: str) -> StackPlan:
    """Plan with the addresses of the services' databases on this server."""
    passwords = plan.secrets.database_passwords
    told = {
        service: addresses(server_url, service, passwords=passwords[service])
        for service in SERVICES
    }
    return replace(plan, databases=told)


def make_databases(plan: StackPlan, server_url: str) -> None:
    """Make every service's database and roles on this server."""
    for service in SERVICES:
        passwords = plan.secrets.database_passwords[service]
        create_service_database(server_url, service, passwords=passwords)


def migrate_all(plan: StackPlan, *, own_server: bool) -> None:
    """Run every service's migrations, all at once, unless they ran today and are unchanged.

    They run daily at least, because they also make the outbox's coming days; on a server that
    is not the stack's own they always run, because anybody may have emptied it.

    Raises:
        CannotStartError: One failed; with the end of its log.
    """
    ran, wanted = plan.folder / "migrated.json", {"ran": _fingerprint()}
    if own_server and read_state(ran) == wanted:
        return
    with ThreadPoolExecutor(len(SERVICES)) as pool:
        list(pool.map(lambda service: _migrate(plan, service), SERVICES))
    if own_server:
        write_state(ran, wanted)


def _fingerprint() -> str:
    """Today's date and the content of everything that migrates."""
    found = [ROOT / "chassis" / "migrate.py"]
    for part in ("chassis", *(f"services/{service}" for service in SERVICES)):
        found += sorted((ROOT / part / "migrations").rglob("*.py"))
    content = b"".join(path.read_bytes() for path in found)
    return f"{datetime.now(UTC):%Y-%m-%d} {hashlib.sha256(content).hexdigest()}"


def _migrate(plan: StackPlan, service: str) -> None:
    log = plan.log(f"{service}-migrate")
    with begun_log(log) as sink:
        ended = subprocess.run(
            [sys.executable, "-m", f"services.{service}", "migrate"],
            env=inherited() | migration_environment(service, plan),
            cwd=ROOT,
            stdout=sink,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if ended.returncode:
        raise CannotStartError(
            f"The migrations of {service} failed; the end of {log.relative_to(ROOT)}:\n"
            f"{last_lines(log)}"
        )
