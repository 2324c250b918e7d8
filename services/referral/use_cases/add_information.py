"""A referrer or a worker adds to a referral; danger in it is stored and alarms, at any time."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from fastapi.exceptions import RequestValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import audit
from chassis.prompts import raise_prompt
from chassis.web.identity import Actor
from contracts.referral import DangerOccasion, ReferralMessage
from contracts.roles import Role
from services.referral import publish
from services.referral.domain.referral import Referral
from services.referral.intake.kinds import Answer
from services.referral.intake.reading import Addition, read_addition
from services.referral.room import ReferralRoom
from services.referral.store.accounts import add_account
from services.referral.store.referrals import load_referral, save_referral
from services.referral.store.scope import Reader
from services.referral.use_cases.alarm import alarm
from services.referral.use_cases.receive import to_put_right


async def add_information(
    conn: AsyncConnection, room: ReferralRoom, actor: Actor, referral_id: UUID, raw: bytes
) -> tuple[Referral, Addition, datetime]:
    """Keep what is added, say that it was, and ask somebody to read it.

    Raises:
        NotFound: There is no such referral for this reader.
        RequestValidationError: It is malformed, and no danger can be read in it.
    """
    before = await load_referral(conn, Reader.of(actor), referral_id, hold=True)
    reading, now = read_addition(raw), room.clock.now()
    if not reading.whole and not reading.danger:
        raise RequestValidationError(
            [{**problem, "loc": ("body", *problem["loc"])} for problem in reading.problems]
        )
    await add_account(
        conn,
        before,
        occasion=DangerOccasion.ADDITIONAL_INFORMATION,
        at=now,
        by=actor.subject,
        danger=reading.danger,
        told=reading.form.model_dump(mode="json", exclude_defaults=True, exclude_none=True),
        missing=[each.model_dump() for each in to_put_right(reading)],
        as_sent=None if reading.whole else raw,
    )
    after = await save_referral(
        conn, before, _changed(before, reading), *_said(before, reading, now)
    )
    await _ask(conn, room, after, danger=reading.danger)
    action = "information added"
    await audit.record(conn, council=after.council, actor=actor, action=action, subject=after.id)
    return after, reading, now


def _changed(referral: Referral, reading: Addition) -> Referral:
    form = reading.form
    return replace(
        referral,
        danger=referral.danger or reading.danger,
        restricted=referral.restricted or form.household.restricted is Answer.YES,
        child_goes_home_at=form.goes_home_at or referral.child_goes_home_at,
    )


def _said(referral: Referral, reading: Addition, now: datetime) -> tuple[ReferralMessage, ...]:
    added = publish.information_added(referral, danger=reading.danger)
    if not reading.danger:
        return (added,)
    occasion = DangerOccasion.ADDITIONAL_INFORMATION
    return (added, publish.danger_reported(referral, occasion, now))


async def _ask(
    conn: AsyncConnection, room: ReferralRoom, referral: Referral, *, danger: bool
) -> None:
    rules = room.rules(referral.council)
    if danger:
        await alarm(conn, rules, referral.id, room.clock.now())
    await raise_prompt(
        conn,
        council=referral.council,
        kind="information_added",
        subject=referral.id,
        role=Role.DUTY_WORKER if referral.undecided else Role.DUTY_MANAGER,
        urgent=danger,
    )
