"""A duty worker takes a referral up, and says whose family it is if it is known already."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import audit
from chassis.facts import Malformed
from chassis.messaging.timers import cancel_timer, set_timer
from chassis.prompts import settle_prompts
from chassis.web.identity import Actor
from councils.working_time import due_after
from services.referral import publish
from services.referral.domain.life import LIFE
from services.referral.domain.referral import Referral
from services.referral.domain.status import Status
from services.referral.room import ReferralRoom
from services.referral.store.families import join_families, load_family, same_person
from services.referral.store.referrals import load_referral, save_step
from services.referral.store.scope import Reader


async def start_screening(
    conn: AsyncConnection,
    room: ReferralRoom,
    actor: Actor,
    referral_id: UUID,
    *,
    same_family_as: UUID | None,
    same_people: Mapping[UUID, UUID],
) -> Referral:
    """Take it up; `same_family_as` is a referral of the same family, confirmed by the worker.

    Raises:
        NotFound: One of the referrals is not there for this reader.
        Malformed: A person is not of the families named.
    """
    now = room.clock.now()
    before, known = await _held(conn, Reader.of(actor), referral_id, same_family_as)
    after = replace(
        before,
        status=Status(LIFE.take(before.status, "taken_up", actor.roles)),
        family_id=known.family_id,
        screening_started_at=now,
        screening_started_by=actor.subject,
    )
    message = publish.screening_started(after, actor.subject)
    after = await save_step(conn, before, after, message, may="taken_up", actor=actor, at=now)
    if after.family_id != before.family_id:
        await _join_families(conn, actor, before.family_id, after)
    await _join(conn, after, same_people)
    await _set_clocks(conn, room, after, now)
    return after


async def _held(
    conn: AsyncConnection, reader: Reader, referral_id: UUID, same_family_as: UUID | None
) -> tuple[Referral, Referral]:
    """Hold the referral and the one whose family it is of, always in the same order.

    Two workers who each name the other's referral would otherwise swap the families.
    """
    known = same_family_as or referral_id
    wanted = sorted({referral_id, known})
    held = {each: await load_referral(conn, reader, each, hold=True) for each in wanted}
    return held[referral_id], held[known]


async def _join_families(
    conn: AsyncConnection, actor: Actor, family_id: UUID, referral: Referral
) -> None:
    """Take along whoever was found to be of this family before it was found to be another."""
    council, action = referral.council, "family found to be another"
    for each in await join_families(conn, council, family_id, referral.family_id):
        await audit.record(conn, council=council, actor=actor, action=action, subject=each)


async def _join(
    conn: AsyncConnection, referral: Referral, same_people: Mapping[UUID, UUID]
) -> None:
    known = {m.id: m for m in (await load_family(conn, referral)).members}
    for person_id, same_as in same_people.items():
        one, other = known.get(person_id), known.get(same_as)
        if one is None or other is None:
            raise Malformed("A person named in same_people is not of these referrals.")
        if same_as in same_people or one.kind is not other.kind or one.who == other.who:
            raise Malformed("A person named in same_people cannot be that other person.")
        await same_person(conn, referral.council, person_id, other.who)


async def _set_clocks(
    conn: AsyncConnection, room: ReferralRoom, referral: Referral, now: datetime
) -> None:
    rules = room.rules(referral.council)
    council, subject = referral.council, referral.id
    await cancel_timer(conn, kind="screening", council=council, subject=subject)
    await settle_prompts(
        conn,
        council=council,
        subject=subject,
        kind="screening_overdue",
        outcome="taken_up",
        by=referral.screening_started_by or "",
    )
    contact_due = due_after(now, rules.clocks.family_contact.within, rules)
    for kind, due in (("decision", referral.decision_due), ("family_contact", contact_due)):
        await set_timer(conn, council=council, kind=kind, subject=subject, due=due)
    if not (await load_family(conn, referral)).agreement_stands:
        due = due_after(now, rules.clocks.agreement_chase, rules)
        await set_timer(conn, council=council, kind="agreement_chase", subject=subject, due=due)
