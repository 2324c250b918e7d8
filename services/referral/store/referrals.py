"""Reads a referral, and writes a step of its life with everything that the step says."""

from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import audit
from chassis.audit import WhoActs
from chassis.facts import NotFound
from chassis.messaging.outbox import say
from chassis.statements import changing, the
from contracts.codes import ReferrerKind, SourceCode
from contracts.notifications import Milestone
from contracts.referral import ReferralMessage, ReferralOutcome
from services.referral.domain.life import LIFE
from services.referral.domain.referral import Referral
from services.referral.domain.status import Decision, Status
from services.referral.publish import numbered
from services.referral.store.scope import Reader, seen_by
from services.referral.store.tables import referrals

COLUMNS = [referrals.c[field.name] for field in fields(Referral)]
_CODES: dict[str, Any] = {
    "status": Status,
    "referrer_kind": ReferrerKind,
    "source_code": SourceCode,
    "decision": Decision,
    "told": Milestone,
    "unsettled": Milestone,
    "outcome": ReferralOutcome,
}


def referral_in(row: Row[tuple[Any, ...]]) -> Referral:
    """Make the referral of a row of `COLUMNS`."""
    found = {
        name: _CODES[name](value) if name in _CODES and value is not None else value
        for name, value in row._asdict().items()
    }
    return Referral(**found)


async def load_referral(
    conn: AsyncConnection, reader: Reader, referral_id: UUID, *, hold: bool = False
) -> Referral:
    """Read a referral; `hold` keeps others from changing it until the transaction ends.

    Raises:
        NotFound: There is none for this reader.
    """
    statement = select(*COLUMNS).where(seen_by(reader, referrals), referrals.c.id == referral_id)
    row = (await conn.execute(statement.with_for_update() if hold else statement)).first()
    if row is None:
        raise NotFound
    return referral_in(row)


async def family_is_restricted(conn: AsyncConnection, referral: Referral) -> bool:
    """Tell whether where the family is may not become known, by any of its referrals."""
    theirs = (referrals.c.council == referral.council, referrals.c.family_id == referral.family_id)
    statement = select(func.bool_or(referrals.c.restricted)).where(*theirs)
    return bool((await conn.execute(statement)).scalar_one())


async def save_referral(
    conn: AsyncConnection, before: Referral, after: Referral, *messages: ReferralMessage
) -> Referral:
    """Write what changed, and say it; gives the referral with its new count of messages."""
    after, said = numbered(after, messages)
    changed = {name: value for name, value in vars(after).items() if value != getattr(before, name)}
    if changed:
        await conn.execute(changing(referrals, "id"), changed | the(after.council, id=after.id))
    await say(conn, *said)
    return after


async def save_step(
    conn: AsyncConnection,
    before: Referral,
    after: Referral,
    *messages: ReferralMessage,
    may: str,
    actor: WhoActs,
    at: datetime,
    reason: str | None = None,
) -> Referral:
    """Write a step of its life: the state, its history, who took it, and what is said of it."""
    after = await save_referral(conn, before, after, *messages)
    await audit.step_taken(
        conn,
        council=after.council,
        life=LIFE.name,
        subject=after.id,
        frm=before.status,
        may=may,
        then=after.status,
        actor=actor,
        at=at,
        reason=reason,
    )
    action = f"referral {may.replace('_', ' ')}"
    await audit.record(conn, council=after.council, actor=actor, action=action, subject=after.id)
    return after
