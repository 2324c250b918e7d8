"""What others tell of a family in hand: it is put before a person, and nothing is decided by it."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.referral import (
    AgreementRecorded,
    AgreementWithdrawn,
    ChildBorn,
    DangerReported,
    InformationAdded,
    ReferralDiverted,
    ReferralMessage,
)
from services.allocation.domain.case import Case
from services.allocation.domain.seeing import child_born
from services.allocation.domain.worries import (
    HaveYouSeen,
    agreement_withdrawn,
    danger_reported,
    other_referral_diverted,
    referrer_answered,
)
from services.allocation.room import Room
from services.allocation.store.cases import case_of_referral, open_case_of
from services.allocation.store.records import note_agreement
from services.allocation.use_cases.carry_out import SYSTEM, carry_out


async def note_danger(
    conn: AsyncConnection, room: Room, council: str, message: DangerReported | InformationAdded
) -> None:
    """Put danger before the worker and the manager; a family without a case is referral's."""
    if isinstance(message, InformationAdded) and not message.danger:
        return
    if case := await _case(conn, council, message):
        await carry_out(conn, SYSTEM, case, danger_reported(case), room.clock.now())


async def note_addition(
    conn: AsyncConnection, room: Room, council: str, message: InformationAdded
) -> None:
    """Take in danger, and a referrer's worry about a child, which blocks a closure."""
    await note_danger(conn, room, council, message)
    case = await _case(conn, council, message) if message.worried else None
    if case and case.is_open:
        said = HaveYouSeen.WORRIED
        turn = referrer_answered(case, message.referral_id, said)
        await carry_out(conn, SYSTEM, case, turn, room.clock.now(), detail=[said])


async def note_diversion(
    conn: AsyncConnection, room: Room, council: str, message: ReferralDiverted
) -> None:
    """Tell the manager of a family in hand that another referral of it was diverted."""
    if case := await open_case_of(conn, council, message.family_id):
        turn = other_referral_diverted(case, message.referral_id)
        await carry_out(conn, SYSTEM, case, turn, room.clock.now())


async def note_birth(conn: AsyncConnection, room: Room, council: str, message: ChildBorn) -> None:
    """Look for a child of a family in hand from its birth on."""
    if case := await open_case_of(conn, council, message.family_id):
        at = message.recorded_at
        if turn := child_born(case, message.child_id, at, room.councils[council]):
            await carry_out(conn, SYSTEM, case, turn, room.clock.now())


async def note_agreement_of(
    conn: AsyncConnection, _room: Room, council: str, message: AgreementRecorded
) -> None:
    """Keep who said yes or no, so that only an adult who agreed can answer for the family."""
    await _keep_agreement(conn, council, message, message.person_id, agreed=message.agreed)


async def note_withdrawal(
    conn: AsyncConnection, room: Room, council: str, message: AgreementWithdrawn
) -> None:
    """Ask the manager the risk question; the support of others goes on."""
    await _keep_agreement(conn, council, message, message.person_id, agreed=False)
    if case := await _case(conn, council, message):
        at = room.clock.now()
        turn = agreement_withdrawn(case, message.person_id, at, room.councils[council])
        detail = ["others_agree" if message.others_agree else "nobody_agrees"]
        await carry_out(conn, SYSTEM, case, turn, at, detail=detail)


async def _case(conn: AsyncConnection, council: str, message: ReferralMessage) -> Case | None:
    """Find the family's open case, else the referral's own, even if it is closed."""
    return await open_case_of(conn, council, message.family_id) or await case_of_referral(
        conn, council, message.referral_id
    )


async def _keep_agreement(
    conn: AsyncConnection, council: str, message: ReferralMessage, person_id: UUID, *, agreed: bool
) -> None:
    await note_agreement(
        conn, council, family_id=message.family_id, person_id=person_id, agreed=agreed
    )
