"""Registers an agency, gives it secrets (kept as hashes), and opens and closes its access."""

import secrets
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import audit
from chassis.clocks import wall_now
from chassis.facts import NotFound
from chassis.web.identity import Actor
from services.referral.domain.agency import Agency
from services.referral.store.agencies import add_agency, add_secret, find_agency, save_access
from services.referral.store.scope import Reader

OVERLAP = timedelta(days=7)
"""How long an older secret still works beside a new one."""


def new_secret() -> str:
    """Draw a secret that nobody can guess."""
    return f"kb_{secrets.token_urlsafe(32)}"


async def register_agency(
    conn: AsyncConnection, actor: Actor, agency: Agency, secret_hash: str
) -> None:
    """Register an agency with its first secret."""
    await add_agency(conn, agency, actor.subject)
    await add_secret(conn, agency, secret_hash, actor.subject, wall_now() + OVERLAP)
    await _noted(conn, actor, agency, "agency registered")


async def renew_secret(
    conn: AsyncConnection, actor: Actor, agency_id: UUID, secret_hash: str, *, at_once: bool
) -> Agency:
    """Give an agency a new secret; the older ones end after the overlap, or at once if leaked.

    Raises:
        NotFound: There is no such agency in the actor's council.
    """
    agency = await find_agency(conn, Reader.of(actor), agency_id, hold=True)
    if agency is None:
        raise NotFound
    ends = wall_now() if at_once else wall_now() + OVERLAP
    await add_secret(conn, agency, secret_hash, actor.subject, ends)
    await _noted(conn, actor, agency, "agency secret renewed")
    return agency


async def change_access(
    conn: AsyncConnection, actor: Actor, agency_id: UUID, *, active: bool
) -> Agency:
    """Close an agency's access, or give it back; what it referred goes on.

    A closed agency is told nothing more: its milestones are suppressed, with that as the reason.
    Tokens that it holds end within their ten minutes; danger is heard from it all the same.

    Raises:
        NotFound: There is no such agency in the actor's council.
    """
    agency = await find_agency(conn, Reader.of(actor), agency_id, hold=True)
    if agency is None:
        raise NotFound
    if agency.active is active:
        return agency
    changed = replace(agency, active=active)
    await save_access(conn, changed)
    await _noted(conn, actor, changed, f"agency {'reopened' if active else 'closed'}")
    return changed


async def _noted(conn: AsyncConnection, actor: Actor, agency: Agency, action: str) -> None:
    await audit.record(conn, council=agency.council, actor=actor, action=action, subject=agency.id)
