"""Asks the referral service, which owns agreement and safe contact, just before acting on them."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from contracts.purposes import Purpose
from services.allocation.domain.no_contact import Route
from services.allocation.room import Room


@dataclass(frozen=True)
class ContactRoute:
    """By which modes the family may safely be reached; no number and no address is in it."""

    modes: dict[str, bool]
    remote_allowed: bool


async def agreement_stands(room: Room, council: str, referral_ids: Iterable[UUID]) -> bool:
    """Tell whether the family's agreement is current, by every referral of the case.

    Raises:
        TryLaterError: the referral service is away.
        ForAPersonError: it refuses to say.
    """
    told = await _details(room, council, referral_ids, Purpose.AGREEMENT_CHECK)
    return all(answer.get("current") is True for answer in told)


async def letter_routes(room: Room, council: str, referral_ids: Iterable[UUID]) -> list[Route]:
    """Read, per referral, whether post is safe and whom a letter may go to."""
    told = await _details(room, council, referral_ids, Purpose.CONTACT_ROUTE)
    return [
        Route(
            post_is_safe=_modes(answer).get("post", False),
            letter_person_id=_id(answer.get("letter_person_id")),
        )
        for answer in told
    ]


async def contact_route(room: Room, council: str, referral_ids: Iterable[UUID]) -> ContactRoute:
    """Hand out the family's contact route: a mode is safe only if every referral says so."""
    told = await _details(room, council, referral_ids, Purpose.CONTACT_ROUTE)
    modes = [_modes(answer) for answer in told]
    named = sorted({name for each in modes for name in each})
    return ContactRoute(
        {name: all(each.get(name, False) for each in modes) for name in named},
        all(answer.get("remote_allowed") is True for answer in told),
    )


async def _details(
    room: Room, council: str, referral_ids: Iterable[UUID], purpose: Purpose
) -> list[dict[str, Any]]:
    paths = [f"/internal/{council}/referrals/{each}/detail" for each in referral_ids]
    return await asyncio.gather(*(room.outcalls.get("referral", path, purpose) for path in paths))


def _modes(answer: dict[str, Any]) -> dict[str, bool]:
    modes = answer.get("modes")
    return {name: safe is True for name, safe in modes.items()} if isinstance(modes, dict) else {}


def _id(value: Any) -> UUID | None:
    return UUID(value) if isinstance(value, str) else None
