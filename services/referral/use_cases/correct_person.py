"""A worker corrects what is known of a person: a safe number, an address, a birth."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import audit
from chassis.messaging.timers import cancel_timer, set_timer
from chassis.prompts import settle_prompts
from chassis.web.identity import Actor
from services.referral import publish
from services.referral.domain.family import Family, Member
from services.referral.domain.referral import Referral
from services.referral.domain.unborn import BIRTH, WATCH, birth_known_by
from services.referral.intake.people import Child, Person
from services.referral.intake.projection import detail_of
from services.referral.store.families import FORMS, hold_person, load_family, save_person
from services.referral.store.referrals import load_referral, save_referral
from services.referral.store.scope import Reader
from services.referral.use_cases.one_of_them import one_of_them


async def correct_person(
    conn: AsyncConnection,
    actor: Actor,
    referral_id: UUID,
    person_id: UUID,
    *,
    changes: dict[str, Any],
    at: datetime,
) -> Family:
    """Write the changed fields; null takes one away. The audit keeps their names, no values.

    What was said of safe contact stays until it is itself changed: whoever corrects one answer
    does not take back that a perpetrator is at the address.
    A birth that is put on record is said, for from then on the child must be seen.

    Raises:
        NotFound: There is no such referral, or nobody of that id in its family.
        RequestValidationError: What would be known then is malformed.
    """
    referral = await load_referral(conn, Reader.of(actor), referral_id, hold=True)
    await hold_person(conn, referral.council, person_id)
    member = one_of_them(await load_family(conn, referral), person_id)
    try:
        person = FORMS[member.kind].model_validate(_wanted(detail_of(member.person), changes))
    except ValidationError as refused:
        raise RequestValidationError(
            [{**error, "loc": ("body", *error["loc"])} for error in refused.errors()]
        ) from None
    await save_person(conn, referral.council, person_id, detail_of(person))
    if member.expected:
        await _follow_birth(conn, actor, referral, member=member, person=person, at=at)
    await audit.record(
        conn,
        council=referral.council,
        actor=actor,
        action="person corrected",
        subject=person_id,
        detail=sorted(name for name in changes if name in FORMS[member.kind].model_fields),
    )
    return await load_family(conn, referral)


def _wanted(known: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    wanted = known | changes
    before, now = known.get("safe_contact"), changes.get("safe_contact")
    if isinstance(before, dict) and isinstance(now, dict):
        wanted["safe_contact"] = before | now
    if changes.get("born"):
        wanted.pop("expected", None)
    return {name: value for name, value in wanted.items() if value is not None}


async def _follow_birth(
    conn: AsyncConnection,
    actor: Actor,
    referral: Referral,
    *,
    member: Member,
    person: Person,
    at: datetime,
) -> None:
    about: dict[str, Any] = {
        "council": referral.council,
        "subject": member.referral_id,
        "about": member.id,
    }
    if isinstance(person, Child) and person.expected:
        await set_timer(conn, **about, kind=BIRTH, due=birth_known_by(person.expected))
        return
    for kind in (WATCH, BIRTH):
        await cancel_timer(conn, **about, kind=kind)
    await settle_prompts(conn, **about, kind=BIRTH, outcome="on_record", by=actor.subject)
    if person.born:
        await save_referral(conn, referral, referral, publish.child_born(referral, member.who, at))
