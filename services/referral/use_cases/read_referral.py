"""A worker reads a whole referral: the read itself is audited, in the same transaction."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import audit
from chassis.web.identity import Actor
from services.referral.domain.family import Family
from services.referral.domain.referral import Referral
from services.referral.store.decided import decisions_of, diversions_of
from services.referral.store.families import contacts_of, load_family
from services.referral.store.referrals import load_referral
from services.referral.store.scope import Reader
from services.referral.store.told import told_about


async def read_referral(
    conn: AsyncConnection, actor: Actor, referral_id: UUID
) -> tuple[Referral, Family, dict[str, list[dict[str, Any]]]]:
    """Read the referral, everybody in its family, and everything told, tried and decided."""
    referral = await load_referral(conn, Reader.of(actor), referral_id)
    family = await load_family(conn, referral)
    found = {
        "relationships": [asdict(each) for each in family.relations],
        "family_contacts": [asdict(each) for each in await contacts_of(conn, referral)],
        "told_about": await told_about(conn, referral),
        "decisions": [_plain(row) for row in await decisions_of(conn, referral)],
        "diversions": [_plain(row) for row in await diversions_of(conn, referral)],
    }
    action = "referral read"
    await audit.record(
        conn, council=referral.council, actor=actor, action=action, subject=referral.id
    )
    return referral, family, found


def _plain(row: Any) -> dict[str, Any]:
    inside = ("council", "id", "referral_id")
    return {name: value for name, value in row._asdict().items() if name not in inside}
