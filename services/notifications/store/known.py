"""What other services have said of referrals, cases and agreement, as codes and ids."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.statements import changing, reading, the
from contracts.codes import ReferrerKind
from services.notifications.domain.things import Referral
from services.notifications.store.scope import within
from services.notifications.store.tables import agreements, cases, family_stops, referrals

READ = tuple(referrals.c[name] for name in Referral.__dataclass_fields__)
_LEARN = insert(referrals).on_conflict_do_nothing()
_STOP = (
    reading((family_stops.c.family_id,), "family_id")
    .where(family_stops.c.released_at.is_(None))
    .with_for_update(read=True)
)
_NEXT = (
    changing(referrals, "referral_id")
    .values(sequence=referrals.c.sequence + 1)
    .returning(referrals.c.sequence)
)


async def learn_referral(conn: AsyncConnection, referral: Referral) -> None:
    """Keep a referral that was received."""
    row = {name: getattr(referral, name) for name in Referral.__dataclass_fields__}
    await conn.execute(_LEARN, row)


async def find_referral(conn: AsyncConnection, council: str, referral_id: UUID) -> Referral | None:
    """Find a referral, if it has been heard of."""
    asked = reading(READ, "referral_id")
    row = (await conn.execute(asked, the(council, referral_id=referral_id))).first()
    return _referral(row) if row else None


async def learn(
    conn: AsyncConnection, council: str, referral_id: UUID, more: Mapping[str, Any]
) -> None:
    """Keep something more of a referral."""
    which = the(council, referral_id=referral_id)
    await conn.execute(changing(referrals, "referral_id"), {**more, **which})


async def next_sequence(conn: AsyncConnection, council: str, referral_id: UUID) -> int:
    """Take the next place in what is said of a referral."""
    taken = await conn.execute(_NEXT, the(council, referral_id=referral_id))
    return int(taken.scalar_one())


async def unheard_of(
    conn: AsyncConnection, council: str, referral_ids: Collection[UUID]
) -> list[UUID]:
    """Tell which referrals have not been heard of."""
    asked = select(referrals.c.referral_id).where(
        within(referrals, council), referrals.c.referral_id.in_(list(referral_ids))
    )
    heard = set((await conn.execute(asked)).scalars())
    return [each for each in referral_ids if each not in heard]


async def learn_case(
    conn: AsyncConnection, council: str, case_id: UUID, family_id: UUID, team: str | None
) -> None:
    """Keep a case, or its new team."""
    row = {"council": council, "case_id": case_id, "family_id": family_id, "team": team}
    statement = insert(cases).values(row)
    keep = {"team": func.coalesce(statement.excluded.team, cases.c.team)}
    await conn.execute(
        statement.on_conflict_do_update(index_elements=["council", "case_id"], set_=keep)
    )


async def knows_case(conn: AsyncConnection, council: str, case_id: UUID) -> bool:
    """Tell whether a case has been heard of."""
    asked = select(exists().where(within(cases, council, case_id=case_id)))
    return bool((await conn.execute(asked)).scalar_one())


async def team_of(conn: AsyncConnection, council: str, case_id: UUID | None) -> str | None:
    """Tell the case's team."""
    if case_id is None:
        return None
    asked = select(cases.c.team).where(within(cases, council, case_id=case_id))
    found: str | None = (await conn.execute(asked)).scalar_one_or_none()
    return found


async def learn_agreement(
    conn: AsyncConnection, council: str, referral_id: UUID, person_id: UUID, *, agreed: bool
) -> None:
    """Keep what a family member said of the service, in whichever of the family's referrals."""
    row = {"council": council, "referral_id": referral_id, "person_id": person_id}
    statement = insert(agreements).values(row | {"agreed": agreed})
    keys = ["council", "referral_id", "person_id"]
    await conn.execute(
        statement.on_conflict_do_update(index_elements=keys, set_={"agreed": agreed})
    )
    theirs = within(agreements, council, person_id=person_id)
    await conn.execute(update(agreements).where(theirs).values(agreed=agreed))


async def family_agrees(conn: AsyncConnection, council: str, family_id: UUID) -> bool:
    """Tell whether anybody of the family agrees to the service at this moment."""
    theirs = and_(
        within(referrals, council, family_id=family_id),
        agreements.c.council == council,
        agreements.c.referral_id == referrals.c.referral_id,
        agreements.c.agreed,
    )
    return bool((await conn.execute(select(exists().where(theirs)))).scalar_one())


async def person_refuses(conn: AsyncConnection, council: str, person_id: UUID) -> bool:
    """Tell whether this person has refused the service, or taken their agreement back."""
    said = within(agreements, council, person_id=person_id)
    asked = select(func.bool_and(~agreements.c.agreed)).where(said)
    return bool((await conn.execute(asked)).scalar_one())


async def stop_family(
    conn: AsyncConnection, council: str, family_id: UUID, *, because: str, since: Any
) -> None:
    """Stop everything that would face a family, until a manager releases it."""
    row = {"council": council, "family_id": family_id, "because": because, "since": since}
    statement = insert(family_stops).values(row)
    anew = {"because": because, "since": since, "released_at": None, "released_by": None}
    await conn.execute(
        statement.on_conflict_do_update(index_elements=["council", "family_id"], set_=anew)
    )


async def release_family(
    conn: AsyncConnection, council: str, family_id: UUID, *, by: str, at: Any
) -> bool:
    """Release a family; False where nothing is stopped."""
    where = within(family_stops, council, family_id=family_id)
    released = update(family_stops).where(where, family_stops.c.released_at.is_(None))
    done = await conn.execute(released.values(released_at=at, released_by=by))
    return bool(done.rowcount)


async def is_stopped(conn: AsyncConnection, council: str, family_id: UUID) -> bool:
    """Tell whether what faces this family is stopped.

    A stop is held until the transaction ends: whoever releases it then finds all that it stopped.
    """
    return (await conn.execute(_STOP, the(council, family_id=family_id))).first() is not None


async def referrals_of_case(
    conn: AsyncConnection, council: str, case_id: UUID, named: Collection[UUID]
) -> list[Referral]:
    """Read the referrals that a message names, and others that have joined the case."""
    theirs = or_(referrals.c.referral_id.in_(list(named)), referrals.c.case_id == case_id)
    asked = (
        select(*READ).where(within(referrals, council), theirs).order_by(referrals.c.referral_id)
    )
    return [_referral(row) for row in await conn.execute(asked)]


def _referral(row: Row[Any]) -> Referral:
    told = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public way
    return Referral(**told | {"referrer_kind": ReferrerKind(told["referrer_kind"])})
