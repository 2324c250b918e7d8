"""Writes a notification's sentence for a worker or an agency to read, from what is known here."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.notifications.domain.sentence import Told, values_of
from services.notifications.domain.things import Notification, Referral
from services.notifications.domain.who_is_told import AUDIENCE
from services.notifications.room import Room
from services.notifications.store import known


async def preview(
    conn: AsyncConnection, room: Room, about: Notification, referral: Referral
) -> str | None:
    """Fill the sentence; the duty desk stands in for a worker's own number, which is not kept."""
    rules = room.councils[about.council]
    told = Told(
        reference=referral.reference or "(its reference)",
        due=about.due_at,
        team=await known.team_of(conn, about.council, referral.case_id),
        team_area=referral.team_area,
        pathway_group=referral.pathway_group,
        broad_reason=about.broad_reason,
    )
    audience = AUDIENCE[referral.referrer_kind]
    return rules.say(about.milestone.value, audience, values_of(told, rules))
