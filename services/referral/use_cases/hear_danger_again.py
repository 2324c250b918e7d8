"""Danger in a repeat: it is stored and alarms, whatever becomes of the repeat itself."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from chassis import audit
from chassis.web.identity import Actor
from contracts.referral import DangerOccasion
from services.referral.intake.reading import Read
from services.referral.intake.receiving import to_put_right
from services.referral.publish import danger_reported
from services.referral.room import ReferralRoom
from services.referral.store.accounts import add_account
from services.referral.store.referrals import load_referral, save_referral
from services.referral.store.scope import Reader
from services.referral.use_cases.alarm import alarm


async def hear_danger_again(
    room: ReferralRoom,
    actor: Actor,
    referral_id: UUID,
    raw: bytes,
    reading: Read[Any],
    *,
    new: bool,
) -> None:
    """Alarm for a referral that came before; keep the body if it is a new one. Commits."""
    rules, now = room.rules(actor.council), room.clock.now()
    async with room.engine.begin() as conn:
        before = await load_referral(conn, Reader(actor.council), referral_id, hold=True)
        if new:
            await add_account(
                conn,
                before,
                occasion=DangerOccasion.REPEAT,
                at=now,
                by=actor.subject,
                danger=True,
                told=reading.form.model_dump(mode="json", exclude_defaults=True),
                missing=[each.model_dump() for each in to_put_right(reading)],
                as_sent=raw,
            )
        message = danger_reported(before, DangerOccasion.REPEAT, now)
        after = replace(before, danger=True, restricted=before.restricted or reading.restricted)
        await save_referral(conn, before, after, message)
        await alarm(conn, rules, referral_id, now)
        await audit.record(
            conn,
            council=before.council,
            actor=actor,
            action="danger reported again",
            subject=referral_id,
        )
