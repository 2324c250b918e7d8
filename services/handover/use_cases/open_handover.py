"""Open a handover where a step-up is proposed or a referral diverted; one at a time per origin."""

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clocks import new_id
from chassis.web.identity import Actor
from contracts.allocation import StepUpProposed
from contracts.handover import HandoverOrigin
from contracts.referral import ReferralDiverted
from services.handover.domain.opening import open_from_diversion, open_from_step_up
from services.handover.domain.proposing_again import proposed_again
from services.handover.room import HandoverRoom
from services.handover.store.handovers import open_of_origin
from services.handover.use_cases.turning import begin, go_on

OPENS = "handover.opening"


async def open_handover(
    conn: AsyncConnection,
    room: HandoverRoom,
    council: str,
    said: StepUpProposed | ReferralDiverted,
) -> None:
    """Open it, or bring the further proposal to the managers of the one on its way."""
    actor, at, rules = Actor.system(OPENS, council), room.clock.now(), room.rules(council)
    if isinstance(said, StepUpProposed):
        origin, origin_id = HandoverOrigin.CASE, said.case_id
    else:
        origin, origin_id = HandoverOrigin.REFERRAL, said.referral_id
    known = await open_of_origin(conn, council, origin, origin_id)
    if known is not None:
        await go_on(conn, proposed_again(known, said, at, rules), actor, at)
    elif isinstance(said, StepUpProposed):
        turn = open_from_step_up(new_id(), council, said, at, rules)
        await begin(conn, turn, actor, at)
    else:
        turn = open_from_diversion(new_id(), council, said, at, rules)
        await begin(conn, turn, actor, at)
