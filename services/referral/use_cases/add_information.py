"""A referrer or a worker adds to a referral; danger in it is stored and alarms, at any time."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from fastapi.exceptions import RequestValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import audit
from chassis.prompts import raise_prompt
from chassis.web.idempotency import Answer as Told
from chassis.web.idempotency import Kept, KeyReusedWithAnotherBody, Scope
from chassis.web.identity import Actor
from contracts.referral import DangerOccasion, ReferralMessage
from contracts.roles import Role
from services.referral import publish
from services.referral.domain.receipt import Added, added_to
from services.referral.domain.referral import Referral
from services.referral.intake.reading import Addition, read_addition
from services.referral.intake.receiving import to_put_right
from services.referral.room import ReferralRoom
from services.referral.store.accounts import add_account
from services.referral.store.referrals import load_referral, save_referral
from services.referral.store.scope import Reader
from services.referral.use_cases.alarm import alarm
from services.referral.use_cases.in_any_case import in_any_case
from services.referral.use_cases.once_only import CameWithAnotherBody, digest_of, once_only


async def add_information(
    room: ReferralRoom, actor: Actor, referral_id: UUID, raw: bytes, key: str | None
) -> Kept:
    """Keep what is added, once per key, and give its receipt. Commits.

    Raises:
        NotFound: There is no such referral for this reader.
        RequestValidationError: It is malformed, and no danger can be read in it.
        KeyReusedWithAnotherBody: The key came with another body; danger in this one was stored.
    """
    reading = read_addition(raw)

    async def keep(reading: Addition) -> Kept:
        async def work(conn: AsyncConnection) -> tuple[int, Told]:
            receipt = await _add(conn, room, actor, referral_id, raw=raw, reading=reading)
            return 201, receipt.model_dump(mode="json")

        if key is None:
            async with room.engine.begin() as conn:
                status, answer = await work(conn)
            return Kept(b"", status, dict(answer), again=False)
        scope = Scope.of(actor, f"add information {referral_id}", key)
        mac = digest_of(raw, room)
        return await once_only(
            room, actor, scope, work, raw=raw, mac=mac, reading=reading, work_keeps=False
        )

    try:
        return await in_any_case(keep, reading)
    except CameWithAnotherBody:
        raise KeyReusedWithAnotherBody(danger_stored=reading.danger) from None


async def _add(
    conn: AsyncConnection,
    room: ReferralRoom,
    actor: Actor,
    referral_id: UUID,
    *,
    raw: bytes,
    reading: Addition,
) -> Added:
    before = await load_referral(conn, Reader.of(actor), referral_id, hold=True)
    if not reading.whole and not reading.danger:
        raise RequestValidationError(
            [{**problem, "loc": ("body", *problem["loc"])} for problem in reading.problems]
        )
    now, missing = room.clock.now(), to_put_right(reading)
    await add_account(
        conn,
        before,
        occasion=DangerOccasion.ADDITIONAL_INFORMATION,
        at=now,
        by=actor.subject,
        danger=reading.danger,
        told=reading.form.model_dump(mode="json", exclude_defaults=True, exclude_none=True),
        missing=[each.model_dump() for each in missing],
        as_sent=None if reading.whole else raw,
    )
    after, said = _changed(before, reading), _said(before, reading, now)
    after = await save_referral(conn, before, after, *said)
    await _ask(conn, room, after, danger=reading.danger, worried=reading.form.worried)
    action = "information added"
    await audit.record(conn, council=after.council, actor=actor, action=action, subject=after.id)
    rules = room.rules(after.council)
    return added_to(after, now, rules, danger=reading.danger, missing=missing)


def _changed(referral: Referral, reading: Addition) -> Referral:
    form = reading.form
    return replace(
        referral,
        danger=referral.danger or reading.danger,
        restricted=referral.restricted or reading.restricted,
        child_goes_home_at=form.goes_home_at or referral.child_goes_home_at,
    )


def _said(referral: Referral, reading: Addition, now: datetime) -> tuple[ReferralMessage, ...]:
    added = publish.information_added(referral, danger=reading.danger, worried=reading.form.worried)
    if not reading.danger:
        return (added,)
    occasion = DangerOccasion.ADDITIONAL_INFORMATION
    return (added, publish.danger_reported(referral, occasion, now))


async def _ask(
    conn: AsyncConnection,
    room: ReferralRoom,
    referral: Referral,
    *,
    danger: bool,
    worried: bool,
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
        urgent=danger or worried,
    )
