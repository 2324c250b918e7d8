"""An accepted referral becomes a case, or joins the family's work in hand."""

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clocks import new_id
from chassis.facts import TryLater
from chassis.messaging.parking import fact_arrived
from contracts.referral import ReferralAccepted
from services.allocation.domain.opening import join_case, open_case
from services.allocation.room import Room
from services.allocation.store.cases import case_of_referral, open_case_of
from services.allocation.use_cases.carry_out import SYSTEM, carry_out

TRIES = 3


async def take_on_referral(
    conn: AsyncConnection, room: Room, council: str, accepted: ReferralAccepted
) -> None:
    """Open a case or join the open one; a referral that is already here changes nothing.

    A family has one open case even when two of its referrals are accepted at the same moment:
    whoever comes second waits for the first, and joins it.
    """
    if await case_of_referral(conn, council, accepted.referral_id):
        return
    rules, at = room.councils[council], room.clock.now()
    for _ in range(TRIES):
        if case := await open_case_of(conn, council, accepted.family_id):
            await carry_out(conn, SYSTEM, case, join_case(case, accepted, at, rules), at)
            return
        turn = open_case(new_id(), council, accepted, at, rules)
        if opened := await carry_out(conn, SYSTEM, None, turn, at):
            await fact_arrived(conn, f"case:{opened.id}")
            return
    raise TryLater
