"""The duty manager decides what becomes of a referral."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.web.identity import Actor
from services.referral import publish
from services.referral.domain.decide import Deciding, Known, decide_pathway
from services.referral.domain.referral import Referral
from services.referral.room import ReferralRoom
from services.referral.store.decided import accepted_before, add_decision
from services.referral.store.families import contacts_of, load_family
from services.referral.store.referrals import load_referral, save_step
from services.referral.store.scope import Reader
from services.referral.use_cases.clear_desk import clear_desk


async def take_decision(
    conn: AsyncConnection,
    room: ReferralRoom,
    actor: Actor,
    referral_id: UUID,
    deciding: Deciding,
) -> Referral:
    """Take the decision, if all that it rests on is there."""
    before = await load_referral(conn, Reader.of(actor), referral_id, hold=True)
    family = await load_family(conn, before)
    contacts = await contacts_of(conn, before)
    known = Known(
        outcomes=frozenset(contact.outcome for contact in contacts),
        agreement_stands=family.agreement_stands,
        accepted_before=await accepted_before(conn, before),
    )
    rules, now = room.rules(before.council), room.clock.now()
    after = decide_pathway(
        before, deciding, known, actor.roles, by=actor.subject, at=now, rules=rules
    )
    message = publish.decided(after, deciding, family, rules)
    may = deciding.decision
    after = await save_step(conn, before, after, message, may=may, actor=actor, at=now)
    await add_decision(conn, after, deciding)
    await clear_desk(conn, after, outcome=may, by=actor.subject)
    return after
