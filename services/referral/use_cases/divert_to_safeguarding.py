"""Any worker diverts a referral to safeguarding; the manager is told, and nothing waits."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.prompts import raise_prompt
from chassis.web.identity import Actor
from contracts.roles import Role
from services.referral import publish
from services.referral.domain.divert import Diverting, divert
from services.referral.domain.referral import Referral
from services.referral.store.decided import add_diversion
from services.referral.store.families import load_family
from services.referral.store.referrals import load_referral, save_step
from services.referral.store.scope import Reader
from services.referral.use_cases.clear_desk import clear_desk


async def divert_to_safeguarding(
    conn: AsyncConnection, actor: Actor, referral_id: UUID, diverting: Diverting
) -> Referral:
    """Divert it; the handover opens from the message that says so."""
    before = await load_referral(conn, Reader.of(actor), referral_id, hold=True)
    after = divert(before, diverting, actor.roles)
    family = await load_family(conn, before)
    message = publish.diverted(after, diverting, family, actor.subject)
    at = diverting.diverted_at
    after = await save_step(conn, before, after, message, may="diverted", actor=actor, at=at)
    await add_diversion(conn, after, diverting, actor.subject)
    await clear_desk(conn, after, outcome="diverted", by=actor.subject, danger=True)
    await raise_prompt(
        conn,
        council=after.council,
        kind="diverted_to_safeguarding",
        subject=after.id,
        role=Role.DUTY_MANAGER,
        urgent=diverting.urgent,
    )
    return after
