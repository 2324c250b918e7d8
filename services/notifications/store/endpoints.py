"""Webhook endpoints and their sealed secrets, and which deliveries may go to which now."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, bindparam, delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clocks import new_id
from chassis.statements import reading, the
from services.notifications.domain.things import Claimed, Endpoint
from services.notifications.store.deliveries import mark_claimed
from services.notifications.store.scope import within
from services.notifications.store.tables import endpoint_secrets, endpoints

ACTIVE, DISABLED, REMOVED = "active", "disabled", "removed"
FIELDS = tuple(Endpoint.__dataclass_fields__)
READ = tuple(endpoints.c[name] for name in FIELDS)
_SECRETS = (
    reading((endpoint_secrets.c.sealed,), "endpoint_id")
    .where(
        or_(
            endpoint_secrets.c.expires_at.is_(None),
            endpoint_secrets.c.expires_at > bindparam("now"),
        )
    )
    .order_by(endpoint_secrets.c.created_at.desc(), endpoint_secrets.c.id.desc())
)

# A few of each endpoint, and none of one that rests: a dead receiver takes nobody's place.
_CLAIM = text("""
WITH due AS (
    SELECT found.council, found.id
      FROM endpoints e
     CROSS JOIN LATERAL (
           SELECT d.council, d.id, d.next_try_at
             FROM deliveries d
            WHERE d.council = e.council AND d.endpoint_id = e.id AND d.status = 'queued'
              AND d.next_try_at <= :now
              AND (d.give_up_at IS NULL OR d.give_up_at > :now)
              AND (d.claimed_until IS NULL OR d.claimed_until < :now)
            ORDER BY d.next_try_at
            LIMIT greatest(0, CASE WHEN e.failures >= :few THEN 1 ELSE :each END - (
                  SELECT count(*) FROM deliveries b
                   WHERE b.council = e.council AND b.endpoint_id = e.id AND b.status = 'queued'
                     AND b.claimed_until > :now))
           ) found
     WHERE e.status = 'active' AND (e.rest_until IS NULL OR e.rest_until <= :now)
     ORDER BY found.next_try_at
     LIMIT :at_most
)
SELECT d.council, d.id, d.round FROM deliveries d JOIN due USING (council, id)
 WHERE d.status = 'queued' AND (d.claimed_until IS NULL OR d.claimed_until < :now)
   FOR UPDATE OF d SKIP LOCKED
""")


async def claim_webhooks(
    conn: AsyncConnection, now: datetime, until: datetime, at_most: int, *, each: int, few: int
) -> list[Claimed]:
    """Claim webhooks that are due, at most `each` per endpoint; one where it has failed `few`."""
    given = {"now": now, "at_most": at_most, "each": each, "few": few}
    rows = (await conn.execute(_CLAIM, given)).all()
    return await mark_claimed(conn, [(r.council, r.id, r.round) for r in rows], now, until)


async def register(conn: AsyncConnection, endpoint: Endpoint) -> bool:
    """Add an endpoint; False where the agency has an active one."""
    row = {name: getattr(endpoint, name) for name in FIELDS}
    added = insert(endpoints).values(row).on_conflict_do_nothing().returning(endpoints.c.id)
    return (await conn.execute(added)).first() is not None


async def active_of(conn: AsyncConnection, council: str, agency_id: UUID | None) -> Endpoint | None:
    """Find an agency's active endpoint."""
    if agency_id is None:
        return None
    which = the(council, agency_id=agency_id, status=ACTIVE)
    row = (await conn.execute(reading(READ, "agency_id", "status"), which)).first()
    return Endpoint(**row._mapping) if row else None  # noqa: SLF001 - SQLAlchemy's public way


async def find(conn: AsyncConnection, council: str, endpoint_id: UUID) -> Endpoint | None:
    """Find an endpoint by its id, for the dispatcher."""
    row = (await conn.execute(reading(READ, "id"), the(council, id=endpoint_id))).first()
    return Endpoint(**row._mapping) if row else None  # noqa: SLF001 - SQLAlchemy's public way


async def theirs(
    conn: AsyncConnection, council: str, agency_id: UUID, endpoint_id: UUID | None = None
) -> list[Endpoint]:
    """Read an agency's endpoints that are not removed, holding them."""
    where = and_(within(endpoints, council, agency_id=agency_id), endpoints.c.status != REMOVED)
    if endpoint_id is not None:
        where = and_(where, endpoints.c.id == endpoint_id)
    asked = select(*READ).where(where).order_by(endpoints.c.id).with_for_update()
    return [Endpoint(**row._mapping) for row in await conn.execute(asked)]  # noqa: SLF001


async def end(
    conn: AsyncConnection, council: str, endpoint_id: UUID, status: str, at: datetime
) -> None:
    """Disable or remove an endpoint, and forget its secrets."""
    where = within(endpoints, council, id=endpoint_id)
    await conn.execute(update(endpoints).where(where).values(status=status, ended_at=at))
    theirs_too = within(endpoint_secrets, council, endpoint_id=endpoint_id)
    await conn.execute(delete(endpoint_secrets).where(theirs_too))


async def note_success(conn: AsyncConnection, council: str, endpoint_id: UUID) -> None:
    """Note that a receiver answered well."""
    ill = and_(within(endpoints, council, id=endpoint_id), endpoints.c.failures > 0)
    await conn.execute(update(endpoints).where(ill).values(failures=0, rest_until=None))


async def note_failure(conn: AsyncConnection, council: str, endpoint_id: UUID) -> int:
    """Note one more failure in a row and tell how many there are."""
    where = within(endpoints, council, id=endpoint_id)
    noted = update(endpoints).where(where).values(failures=endpoints.c.failures + 1)
    found = (await conn.execute(noted.returning(endpoints.c.failures))).scalar_one_or_none()
    return int(found or 0)


async def let_rest(conn: AsyncConnection, council: str, endpoint_id: UUID, until: datetime) -> None:
    """Send nothing to an endpoint for a while."""
    where = within(endpoints, council, id=endpoint_id)
    await conn.execute(update(endpoints).where(where).values(rest_until=until))


async def add_secret(
    conn: AsyncConnection, endpoint: Endpoint, sealed: bytes, now: datetime, old_until: datetime
) -> None:
    """Add a secret; those before it sign beside it until `old_until`, and no longer."""
    where = within(endpoint_secrets, endpoint.council, endpoint_id=endpoint.id)
    sooner = func.least(func.coalesce(endpoint_secrets.c.expires_at, old_until), old_until)
    await conn.execute(update(endpoint_secrets).where(where).values(expires_at=sooner))
    row = {"council": endpoint.council, "id": new_id(), "endpoint_id": endpoint.id}
    await conn.execute(insert(endpoint_secrets).values(row | {"sealed": sealed, "created_at": now}))


async def secrets_of(
    conn: AsyncConnection, council: str, endpoint_id: UUID, now: datetime
) -> list[bytes]:
    """Read the sealed secrets that sign at this moment, the newest first."""
    found = await conn.execute(_SECRETS, {"now": now, **the(council, endpoint_id=endpoint_id)})
    return [bytes(each) for each in found.scalars()]


async def forget_expired(conn: AsyncConnection, now: datetime) -> int:
    """Delete secrets that sign no longer."""
    gone = delete(endpoint_secrets).where(endpoint_secrets.c.expires_at <= now)
    return (await conn.execute(gone)).rowcount


async def all_sealed(conn: AsyncConnection) -> list[tuple[str, UUID, bytes]]:
    """Read and hold every sealed secret, so that it can be sealed anew."""
    columns = (endpoint_secrets.c.council, endpoint_secrets.c.id, endpoint_secrets.c.sealed)
    rows = await conn.execute(select(*columns).with_for_update(skip_locked=True))
    return [(council, secret_id, bytes(sealed)) for council, secret_id, sealed in rows]


async def seal_anew(conn: AsyncConnection, council: str, secret_id: UUID, sealed: bytes) -> None:
    """Write a secret sealed with another key."""
    where = within(endpoint_secrets, council, id=secret_id)
    await conn.execute(update(endpoint_secrets).where(where).values(sealed=sealed))
