"""GET /referrals: an agency reads the outward state of its own, the desk reads its worklist."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.referral.domain.status import Status
from services.referral.http.doors import Reading, Worker
from services.referral.http.shown import (
    OutwardReferral,
    PersonShown,
    PossibleMatch,
    ReferralState,
    WholeReferral,
)
from services.referral.room import TheRoom
from services.referral.store.families import possible_matches
from services.referral.store.referrals import load_referral
from services.referral.store.scope import Reader
from services.referral.store.worklist import open_referrals
from services.referral.use_cases.read_referral import read_referral

router = APIRouter(prefix="/referrals", tags=["referrals"])


@router.get("", summary="The desk's worklist: danger first, then who goes home soonest")
async def worklist(
    room: TheRoom,
    actor: Worker,
    status: Status | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
) -> list[ReferralState]:
    """List what is open, or what stands at one status; nobody is named in it."""
    async with room.engine.connect() as conn:
        found = await open_referrals(conn, Reader.of(actor), status, limit)
    now = room.clock.now()
    return [ReferralState.of(each, now) for each in found]


@router.get(
    "/{referral_id}",
    response_model=WholeReferral | OutwardReferral,
    summary="One referral: outward to its agency, whole to the desk",
)
async def one(room: TheRoom, actor: Reading, referral_id: UUID) -> WholeReferral | OutwardReferral:
    """Read one referral. Unknown, another agency's, another council's: all the same 404."""
    if actor.kind == "agency":
        async with room.engine.connect() as conn:
            own = await load_referral(conn, Reader.of(actor), referral_id)
        return OutwardReferral.of(own, room.rules(own.council))
    async with room.engine.begin() as conn:
        referral, family, found = await read_referral(conn, actor, referral_id)
    return WholeReferral.of(
        referral,
        room.clock.now(),
        agreement_stands=family.agreement_stands,
        remote_contact_allowed=not family.home_conditions_concern,
        people=[PersonShown.of(member, family) for member in family.members],
        **found,
    )


@router.get("/{referral_id}/matches", summary="Who in it may be known already")
async def matches(room: TheRoom, actor: Worker, referral_id: UUID) -> list[PossibleMatch]:
    """List people of other families with the same NHS number, or the same name and birth date.

    The hub proposes; the worker who starts screening says whether it is the same family.
    """
    async with room.engine.connect() as conn:
        referral = await load_referral(conn, Reader.of(actor), referral_id)
        found = await possible_matches(conn, referral)
    return [PossibleMatch(**each) for each in found]
