"""Reads the people of a family, what they agreed to, and who tried to reach them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, insert, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clocks import new_id
from contracts.codes import ContactOutcome
from services.referral.domain.family import ContactLogged, Family, Member, Relation
from services.referral.domain.referral import Referral
from services.referral.domain.status import Status
from services.referral.intake.kinds import Answer
from services.referral.intake.people import Adult, Child, Person
from services.referral.intake.projection import PersonKind
from services.referral.store.tables import (
    accounts,
    agreements,
    family_contacts,
    people,
    referrals,
    relationships,
)

FORMS: dict[PersonKind, type[Person]] = {PersonKind.CHILD: Child, PersonKind.ADULT: Adult}


async def load_family(conn: AsyncConnection, referral: Referral) -> Family:
    """Read everybody in every referral of this referral's family."""
    council = referral.council
    rows = (
        await conn.execute(
            select(referrals.c.id, referrals.c.status, referrals.c.restricted).where(
                referrals.c.council == council, referrals.c.family_id == referral.family_id
            )
        )
    ).all()
    ids = [row.id for row in rows]
    members = await _members(conn, council, ids)
    return Family(
        members=members,
        relations=await _relations(conn, council, ids),
        agreed=await _agreed(conn, council, {member.id: member.who for member in members}),
        restricted=any(row.restricted for row in rows),
        with_safeguarding=any(row.status == Status.DIVERTED for row in rows),
        home_conditions_concern=await _home_concern(conn, council, ids),
    )


async def _members(
    conn: AsyncConnection, council: str, referral_ids: Sequence[UUID]
) -> tuple[Member, ...]:
    statement = (
        select(people)
        .where(people.c.council == council, people.c.referral_id.in_(referral_ids))
        .order_by(people.c.id)
    )
    return tuple(
        Member(
            id=row.id,
            referral_id=row.referral_id,
            kind=PersonKind(row.kind),
            same_as=row.same_as,
            person=FORMS[PersonKind(row.kind)].model_validate(row.detail),
        )
        for row in await conn.execute(statement)
    )


async def _relations(
    conn: AsyncConnection, council: str, referral_ids: Sequence[UUID]
) -> tuple[Relation, ...]:
    statement = select(relationships).where(
        relationships.c.council == council, relationships.c.referral_id.in_(referral_ids)
    )
    return tuple(
        Relation(row.adult_id, row.child_id, row.relation, Answer(row.parental_responsibility))
        for row in await conn.execute(statement)
    )


async def _agreed(conn: AsyncConnection, council: str, who: dict[UUID, UUID]) -> dict[UUID, bool]:
    """Read each person's last word on having the support."""
    statement = (
        select(agreements.c.person_id, agreements.c.agreed)
        .where(agreements.c.council == council, agreements.c.person_id.in_(list(who)))
        .order_by(agreements.c.id)
    )
    return {who[row.person_id]: row.agreed for row in await conn.execute(statement)}


async def _home_concern(conn: AsyncConnection, council: str, referral_ids: Sequence[UUID]) -> bool:
    """Read whether the last who knew the home's condition was concerned about it."""
    answer = accounts.c.told["household"]["home_conditions_concern"].astext
    statement = (
        select(answer)
        .where(
            accounts.c.council == council,
            accounts.c.referral_id.in_(referral_ids),
            answer.in_([Answer.YES, Answer.NO]),
        )
        .order_by(accounts.c.id.desc())
        .limit(1)
    )
    return (await conn.execute(statement)).scalar() == Answer.YES


async def add_agreement(conn: AsyncConnection, referral: Referral, **said: Any) -> None:
    """Keep what a person said about having the support; nothing said before is changed."""
    row = {"council": referral.council, "id": new_id(), "referral_id": referral.id}
    await conn.execute(insert(agreements).values(row | said))


async def add_contact(conn: AsyncConnection, referral: Referral, contact: ContactLogged) -> None:
    """Keep one try to reach the family."""
    row = {"council": referral.council, "id": new_id(), "referral_id": referral.id}
    await conn.execute(insert(family_contacts).values(row | vars(contact)))


async def contacts_of(conn: AsyncConnection, referral: Referral) -> tuple[ContactLogged, ...]:
    """Read the tries to reach the family before the decision."""
    c = family_contacts.c
    statement = (
        select(c.person_id, c.attempt, c.mode, c.outcome, c.at, c.logged_by)
        .where(c.council == referral.council, c.referral_id == referral.id)
        .order_by(c.attempt)
    )
    return tuple(
        ContactLogged(**row._asdict() | {"outcome": ContactOutcome(row.outcome)})
        for row in await conn.execute(statement)
    )


async def hold_person(conn: AsyncConnection, council: str, person_id: UUID) -> None:
    """Keep a person from being changed by way of another referral until the transaction ends."""
    theirs = select(people.c.id).where(people.c.council == council, people.c.id == person_id)
    await conn.execute(theirs.with_for_update())


async def save_person(
    conn: AsyncConnection, council: str, person_id: UUID, detail: dict[str, Any]
) -> None:
    """Write what is now known of a person."""
    await conn.execute(
        update(people)
        .where(people.c.council == council, people.c.id == person_id)
        .values(detail=detail)
    )


async def same_person(conn: AsyncConnection, council: str, person_id: UUID, same_as: UUID) -> None:
    """Note that a person, and whoever was found to be them, is somebody of an earlier referral."""
    them = or_(people.c.id == person_id, people.c.same_as == person_id)
    await conn.execute(
        update(people).where(people.c.council == council, them).values(same_as=same_as)
    )


async def join_families(
    conn: AsyncConnection, council: str, family_id: UUID, known_as: UUID
) -> list[UUID]:
    """Take every other referral of a family over into the one it was found to be; tell which."""
    moved = (
        update(referrals)
        .where(referrals.c.council == council, referrals.c.family_id == family_id)
        .values(family_id=known_as)
        .returning(referrals.c.id)
    )
    return list((await conn.execute(moved)).scalars())


async def lift_restriction(conn: AsyncConnection, referral: Referral) -> list[UUID]:
    """Restrict where the family is no longer, in none of its referrals; tell in which it was."""
    lifted = (
        update(referrals)
        .where(
            referrals.c.council == referral.council,
            referrals.c.family_id == referral.family_id,
            referrals.c.restricted,
        )
        .values(restricted=False)
        .returning(referrals.c.id)
    )
    return list((await conn.execute(lifted)).scalars())


async def possible_matches(conn: AsyncConnection, referral: Referral) -> list[dict[str, Any]]:
    """Find people of other families who may be the same: by NHS number, else name and birth."""
    ours, theirs = people.alias("ours"), people.alias("theirs")
    number = literal_column("theirs.detail ->> 'nhs_number'") == literal_column(
        "ours.detail ->> 'nhs_number'"
    )
    named = and_(
        func.lower(literal_column("theirs.detail ->> 'family_name'"))
        == func.lower(literal_column("ours.detail ->> 'family_name'")),
        literal_column("theirs.detail ->> 'born'") == literal_column("ours.detail ->> 'born'"),
    )
    statement = (
        select(
            ours.c.id.label("person_id"),
            theirs.c.id.label("same_as"),
            referrals.c.id.label("referral_id"),
            referrals.c.reference,
            referrals.c.status,
            referrals.c.received_at,
            number.label("by_nhs_number"),
        )
        .select_from(ours)
        .join(theirs, and_(theirs.c.council == ours.c.council, or_(number, named)))
        .join(
            referrals,
            and_(referrals.c.council == theirs.c.council, referrals.c.id == theirs.c.referral_id),
        )
        .where(
            ours.c.council == referral.council,
            ours.c.referral_id == referral.id,
            referrals.c.family_id != referral.family_id,
        )
        .order_by(referrals.c.received_at.desc())
        .limit(50)
    )
    found = (await conn.execute(statement)).mappings()
    return [{**row, "by_nhs_number": bool(row["by_nhs_number"])} for row in found]
