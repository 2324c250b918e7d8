"""Another service fetches detail for a stated purpose: the read is audited, then answered."""

from collections.abc import Callable, Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import audit
from chassis.facts import Forbidden
from chassis.web.identity import Actor
from contracts.purposes import Purpose
from services.referral.domain.agency import Agency
from services.referral.domain.details import (
    Detail,
    InHand,
    agency_contact,
    agreement_check,
    contact_routes,
    handover_pack,
    letter_address,
    referrer_contact,
)
from services.referral.domain.referral import Referral
from services.referral.store.agencies import find_agency
from services.referral.store.decided import diversions_of
from services.referral.store.families import contacts_of, load_family
from services.referral.store.referrals import family_is_restricted, load_referral
from services.referral.store.scope import Reader
from services.referral.store.told import told_about
from services.referral.use_cases.one_of_them import one_of_them

Give = Callable[[InHand], Detail]
MAY: Mapping[tuple[str, Purpose], Give] = {
    ("handover", Purpose.HANDOVER_PACK): handover_pack,
    ("notifications", Purpose.LETTER_ADDRESS): letter_address,
    ("notifications", Purpose.REFERRER_CONTACT): referrer_contact,
    ("allocation", Purpose.AGREEMENT_CHECK): agreement_check,
    ("allocation", Purpose.CONTACT_ROUTE): contact_routes,
}
"""Which service may ask for what, and what it then gets."""


async def hand_out_detail(
    conn: AsyncConnection,
    actor: Actor,
    reader: Reader,
    referral_id: UUID,
    *,
    purpose: Purpose,
    person_id: UUID | None,
) -> Detail:
    """Give what the purpose needs.

    Raises:
        Forbidden: This service has no business with that purpose.
        NotFound: The council has no such referral, or its family nobody of that id.
    """
    give = MAY.get((actor.client, purpose))
    if give is None:
        raise Forbidden("This service may not ask for that purpose.")
    referral = await load_referral(conn, reader, referral_id)
    told = await _told(conn, referral, give, person_id)
    await audit.record(
        conn,
        council=referral.council,
        actor=actor,
        action="detail handed out",
        subject=referral.id,
        purpose=purpose,
        detail=[str(person_id)] if person_id else [],
    )
    return told


async def _told(
    conn: AsyncConnection, referral: Referral, give: Give, person_id: UUID | None
) -> Detail:
    """Read what is given and no more: where an agency is told, nobody of the family is read."""
    agency = None
    if referral.agency_id is not None:
        agency = await find_agency(conn, Reader(referral.council), referral.agency_id)
    if agency is not None and give is referrer_contact:
        restricted = await family_is_restricted(conn, referral)
        return agency_contact(referral, agency, restricted=restricted)
    return give(await _in_hand(conn, referral, agency, person_id))


async def _in_hand(
    conn: AsyncConnection, referral: Referral, agency: Agency | None, person_id: UUID | None
) -> InHand:
    family = await load_family(conn, referral)
    diversions = await diversions_of(conn, referral)
    return InHand(
        referral=referral,
        family=family,
        told=await told_about(conn, referral),
        contacts=await contacts_of(conn, referral),
        agency=agency,
        member=one_of_them(family, person_id) if person_id else None,
        why_diverted=diversions[-1].reason if diversions else None,
    )
