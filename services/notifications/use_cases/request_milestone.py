"""A milestone has been reached: its referrer is owed a word, once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clocks import new_id
from chassis.messaging.timers import set_timer
from contracts.notifications import Milestone
from councils.working_time import due_after
from services.notifications.domain.kinds import TOLD_BY_NOW
from services.notifications.domain.status import SETTLED, Status
from services.notifications.domain.things import Notification, Referral
from services.notifications.room import Room
from services.notifications.store import notifications
from services.notifications.use_cases.advance import advance


async def request_milestone(
    conn: AsyncConnection,
    room: Room,
    referral: Referral,
    milestone: Milestone,
    occurred_at: datetime,
    *,
    due_at: datetime | None = None,
    broad_reason: str | None = None,
    superseded: bool = False,
    occasion: int = 0,
) -> UUID | None:
    """Ask for a milestone to be told; None where it was asked for before on this occasion.

    `superseded` says that another milestone has told it already.
    """
    council = referral.council
    about = Notification(
        council=council,
        id=new_id(),
        referral_id=referral.referral_id,
        milestone=milestone,
        status=Status.REQUESTED,
        occurred_at=occurred_at,
        due_at=due_at,
        broad_reason=broad_reason,
        occasion=occasion,
    )
    if not await notifications.add(conn, about):
        return None
    about = await advance(conn, room, about, referral, superseded=superseded, fresh=True)
    if about.status not in SETTLED:
        rules = room.councils[council]
        due = due_after(room.clock.now(), rules.clocks.notice_unsettled, rules)
        await set_timer(conn, council=council, kind=TOLD_BY_NOW, subject=about.id, due=due)
    return about.id
