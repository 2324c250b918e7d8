"""Writes a notification's sentence for a worker or an agency to read, from what is known here."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.notifications.domain.sentence import Told, values_of
from services.notifications.domain.things import Notification, Referral
from services.notifications.domain.who_is_told import AUDIENCE
from services.notifications.room import Room
from services.notifications.store import known


async def preview(
    conn: AsyncConnection,
    room: Room,
    about: Notification,
    referral: Referral,
    *,
    where: bool = True,
) -> str | None:
    """Fill the sentence; the duty desk stands in for a worker's own number, which is not kept.

    Nor is it kept whether the family's whereabouts are restricted: without `where`, which a reader
    outside the council must not have from here, no team and no area is named.
    """
    rules = room.councils[about.council]
    told = Told(
        reference=referral.reference or "(its reference)",
        due=about.due_at,
        team=await known.team_of(conn, about.council, referral.case_id) if where else None,
        team_area=referral.team_area if where else None,
        pathway_group=referral.pathway_group,
        broad_reason=about.broad_reason,
    )
    audience = AUDIENCE[referral.referrer_kind]
    return rules.say(about.milestone.value, audience, values_of(told, rules))
