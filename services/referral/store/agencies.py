"""The registry of agencies and the hashes of their secrets."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clocks import new_id
from contracts.codes import SourceCode
from services.referral.domain.agency import Agency
from services.referral.store.scope import Reader, seen_by
from services.referral.store.tables import agencies, agency_secrets

_COLUMNS = [agencies.c[name] for name in Agency.__dataclass_fields__]


def _agency(row: Row[tuple[object, ...]]) -> Agency:
    found = row._asdict()
    found |= {"source_code": SourceCode(found["source_code"]), "scopes": tuple(found["scopes"])}
    return Agency(**found)


async def add_agency(conn: AsyncConnection, agency: Agency, by: str) -> None:
    """Register an agency."""
    values = {name: getattr(agency, name) for name in Agency.__dataclass_fields__}
    values["scopes"] = list(agency.scopes)
    await conn.execute(insert(agencies).values(registered_by=by, **values))


async def find_agency(
    conn: AsyncConnection, reader: Reader, agency_id: UUID, *, hold: bool = False
) -> Agency | None:
    """Read one agency; `hold` keeps it for the transaction."""
    statement = select(*_COLUMNS).where(seen_by(reader, agencies), agencies.c.id == agency_id)
    row = (await conn.execute(statement.with_for_update() if hold else statement)).first()
    return _agency(row) if row else None


async def save_access(conn: AsyncConnection, agency: Agency) -> None:
    """Write whether an agency may come in."""
    where = (agencies.c.council == agency.council, agencies.c.id == agency.id)
    await conn.execute(update(agencies).where(*where).values(active=agency.active))


async def list_agencies(conn: AsyncConnection, reader: Reader) -> Sequence[Agency]:
    """Read a council's agencies by name."""
    statement = select(*_COLUMNS).where(seen_by(reader, agencies)).order_by(agencies.c.name)
    return [_agency(row) for row in await conn.execute(statement)]


async def add_secret(
    conn: AsyncConnection, agency: Agency, secret_hash: str, by: str, others_end: datetime
) -> UUID:
    """Keep a new secret's hash; those before it end when the overlap does."""
    await conn.execute(
        update(agency_secrets)
        .where(
            agency_secrets.c.council == agency.council,
            agency_secrets.c.agency_id == agency.id,
            or_(agency_secrets.c.ends_at.is_(None), agency_secrets.c.ends_at > others_end),
        )
        .values(ends_at=others_end)
    )
    secret_id = new_id()
    row = {"id": secret_id, "agency_id": agency.id, "secret_hash": secret_hash, "made_by": by}
    await conn.execute(insert(agency_secrets).values(council=agency.council, **row))
    return secret_id


async def live_hashes(conn: AsyncConnection, reader: Reader, agency_id: UUID) -> list[str]:
    """Read the hashes that still open the door, the newest first."""
    statement = (
        select(agency_secrets.c.secret_hash)
        .where(
            agency_secrets.c.council == reader.council,
            agency_secrets.c.agency_id == agency_id,
            or_(agency_secrets.c.ends_at.is_(None), agency_secrets.c.ends_at > func.now()),
        )
        .order_by(agency_secrets.c.id.desc())
    )
    return list((await conn.execute(statement)).scalars())
