"""Does what is asked twice once, but never lets a repeat hide that somebody is in danger."""

import hmac
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.facts import Malformed
from chassis.web.idempotency import (
    Answer,
    Kept,
    KeyReusedWithAnotherBody,
    Scope,
    digest,
    find,
    once,
)
from chassis.web.identity import Actor
from services.referral.intake.reading import Read
from services.referral.room import ReferralRoom
from services.referral.use_cases.hear_danger_again import hear_danger_again

Work = Callable[[AsyncConnection], Awaitable[tuple[int, Answer]]]


class CameWithAnotherBody(Exception):  # noqa: N818 - named for the fact
    """The key stands for another body; `first` is its answer, and danger has been stored."""

    def __init__(self, first: dict[str, Any]) -> None:
        """Keep the first answer."""
        super().__init__()
        self.first = first


def digest_of(raw: bytes, room: ReferralRoom) -> bytes:
    """Stand for a body without keeping it, though it be no JSON."""
    secret = room.settings.idempotency_key
    try:
        return digest(raw, secret)
    except (Malformed, RecursionError):
        return hmac.digest(secret.get_secret_value().encode(), raw, "sha256")


async def once_only(
    room: ReferralRoom,
    actor: Actor,
    scope: Scope,
    work: Work,
    *,
    raw: bytes,
    mac: bytes,
    reading: Read[Any],
    work_keeps: bool,
) -> Kept:
    """Do the work once per key. Commits. Danger in a repeat is stored, and alarms, in any case.

    `mac` stands for the body, from `digest_of`. The answer kept must name its `referral_id`.

    Raises:
        CameWithAnotherBody: The key came before with another body.
        TwinRunning: The same is being worked on at this moment.
    """
    try:
        kept = await once(
            room.engine, scope, mac, work, work_keeps=work_keeps, look_first=not work_keeps
        )
    except KeyReusedWithAnotherBody:
        async with room.engine.connect() as conn:
            first = await find(conn, scope)
        answer = first.answer if first else {}
        if first and reading.danger:
            about = UUID(answer["referral_id"])
            await hear_danger_again(room, actor, about, raw, reading, new=True)
        raise CameWithAnotherBody(answer) from None
    if kept.again and reading.danger:
        about = UUID(kept.answer["referral_id"])
        await hear_danger_again(room, actor, about, raw, reading, new=False)
    return kept
