"""A worker corrects what is known of a person: a safe number, an address, a birth."""

from typing import Any
from uuid import UUID

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import audit
from chassis.web.identity import Actor
from services.referral.domain.family import Family
from services.referral.intake.projection import detail_of
from services.referral.store.families import FORMS, load_family, save_person
from services.referral.store.referrals import load_referral
from services.referral.store.scope import Reader
from services.referral.use_cases.one_of_them import one_of_them


async def correct_person(
    conn: AsyncConnection,
    actor: Actor,
    referral_id: UUID,
    person_id: UUID,
    changes: dict[str, Any],
) -> Family:
    """Write the changed fields; null takes one away. The audit keeps their names, no values.

    Raises:
        NotFound: There is no such referral, or nobody of that id in its family.
        RequestValidationError: What would be known then is malformed.
    """
    referral = await load_referral(conn, Reader.of(actor), referral_id, hold=True)
    member = one_of_them(await load_family(conn, referral), person_id)
    wanted = {k: v for k, v in (detail_of(member.person) | changes).items() if v is not None}
    if changes.get("born"):
        wanted.pop("expected", None)
    try:
        person = FORMS[member.kind].model_validate(wanted)
    except ValidationError as refused:
        raise RequestValidationError(
            [{**error, "loc": ("body", *error["loc"])} for error in refused.errors()]
        ) from None
    await save_person(conn, referral.council, person_id, detail_of(person))
    await audit.record(
        conn,
        council=referral.council,
        actor=actor,
        action="person corrected",
        subject=person_id,
        detail=sorted(name for name in changes if name in FORMS[member.kind].model_fields),
    )
    return await load_family(conn, referral)
