"""Databases for the four services, made and migrated side by side."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from deploy.local.children import begun_log, last_lines
from deploy.local.databases import addresses, create_service_database
from deploy.local.environment import inherited, migration_environment
from deploy.local.parts import SERVICES
from deploy.local.places import ROOT, CannotStartError
from deploy.local.plan import StackPlan


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


def migrate_all(plan: StackPlan) -> None:
    """Run every service's migrations, all at once.

    Raises:
        CannotStartError: One failed; with the end of its log.
    """
    with ThreadPoolExecutor(len(SERVICES)) as pool:
        list(pool.map(lambda service: _migrate(plan, service), SERVICES))


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
