"""A worker tries to reach the family before the decision, and says what came of it."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import audit
from chassis.facts import NotAllowed
from chassis.messaging.timers import cancel_timer
from chassis.prompts import raise_prompt, settle_prompts
from chassis.web.identity import Actor
from contracts.codes import ContactOutcome
from contracts.roles import Role
from services.referral import publish
from services.referral.domain.contact_route import Mode
from services.referral.domain.decide import REACHED
from services.referral.domain.family import ContactLogged
from services.referral.domain.referral import Referral
from services.referral.room import ReferralRoom
from services.referral.store.families import add_contact, load_family
from services.referral.store.referrals import load_referral, save_referral
from services.referral.store.scope import Reader
from services.referral.use_cases.one_of_them import one_of_them


class AlreadyDecided(NotAllowed):
    """The referral is decided; the family is now reached by whoever holds it."""

    slug = "already-decided"
    title = "This referral has been decided"


async def log_family_contact(
    conn: AsyncConnection,
    room: ReferralRoom,
    actor: Actor,
    referral_id: UUID,
    *,
    person_id: UUID,
    mode: Mode,
    outcome: ContactOutcome,
    at: datetime | None,
) -> Referral:
    """Log one try. It is kept even where the way was not safe: then a manager is told of it."""
    before = await load_referral(conn, Reader.of(actor), referral_id, hold=True)
    if not before.undecided:
        raise AlreadyDecided
    family = await load_family(conn, before)
    member = one_of_them(family, person_id)
    attempt, when = before.contact_attempts + 1, at or room.clock.now()
    contact = ContactLogged(person_id, attempt, mode, outcome, when, actor.subject)
    await add_contact(conn, before, contact)
    after = await save_referral(
        conn,
        before,
        replace(before, contact_attempts=attempt),
        publish.contact_logged(before, contact),
    )
    if not family.route_to(member).allows(mode):
        await _tell_manager(conn, before, person_id)
    if outcome in REACHED:
        await _reached(conn, after, actor)
    await audit.record(
        conn,
        council=after.council,
        actor=actor,
        action="family contact logged",
        subject=after.id,
        detail=[mode, outcome],
    )
    return after


async def _reached(conn: AsyncConnection, referral: Referral, actor: Actor) -> None:
    kind, by = "family_contact", actor.subject
    await cancel_timer(conn, council=referral.council, kind=kind, subject=referral.id)
    await settle_prompts(
        conn,
        council=referral.council,
        subject=referral.id,
        kind="family_not_reached",
        outcome="reached",
        by=by,
    )


async def _tell_manager(conn: AsyncConnection, referral: Referral, person_id: UUID) -> None:
    await raise_prompt(
        conn,
        council=referral.council,
        kind="contact_by_unsafe_route",
        subject=referral.id,
        about=person_id,
        role=Role.DUTY_MANAGER,
        urgent=True,
    )
