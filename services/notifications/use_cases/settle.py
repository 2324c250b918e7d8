"""How a notification ends: told, rightly not told, or in a person's hands."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import audit
from chassis.messaging.timers import cancel_timer
from chassis.prompts import raise_prompt, settle_prompts
from chassis.telemetry import counter
from chassis.web.identity import Actor
from contracts.notifications import Channel, SuppressedReason
from contracts.roles import Role
from services.notifications.domain.kinds import TOLD_BY_NOW, Asks
from services.notifications.domain.life import NOTIFICATION, SYSTEM
from services.notifications.domain.status import SETTLED, Status
from services.notifications.domain.things import Notification, Referral
from services.notifications.publish import say_suppressed, say_told
from services.notifications.room import Room
from services.notifications.store import deliveries, notifications

US = "notifications"
SETTLEMENTS = counter("milestones", "Milestones told, suppressed or passed on", "outcome", "by")


def ourselves(council: str) -> Actor:
    """Name the service where no person acts."""
    return Actor.system(US, council)


async def step(
    conn: AsyncConnection,
    room: Room,
    about: Notification,
    may: str,
    actor: Actor,
    **changes: object,
) -> Notification:
    """Take a step of the notification's life and write it with its history and audit."""
    roles = {SYSTEM} if actor.kind == "system" else actor.roles
    then = Status(NOTIFICATION.take(about.status, may, roles))
    at = room.clock.now()
    taken = replace(about, status=then, **changes)  # type: ignore[arg-type]
    await notifications.save(conn, taken)
    reason = str(changes["reason"]) if changes.get("reason") else None
    await audit.step_taken(
        conn,
        council=about.council,
        life=NOTIFICATION.name,
        subject=about.id,
        frm=about.status,
        may=may,
        then=then,
        actor=actor,
        at=at,
        reason=reason,
    )
    await audit.record(
        conn,
        council=about.council,
        actor=actor,
        action=f"notification {may}",
        subject=about.id,
        detail=(about.milestone,),
    )
    return taken


async def told(
    conn: AsyncConnection,
    room: Room,
    about: Notification,
    referral: Referral,
    channel: Channel,
    *,
    by: Actor | None = None,
    may: str = "told",
) -> Notification:
    """Settle as told; whoever else would have told them need not any more."""
    at = room.clock.now()
    actor = by or ourselves(about.council)
    ended: dict[str, object] = {"channel": channel, "settled_at": at, "reason": None}
    taken = await step(conn, room, about, may, actor, **ended)
    await say_told(conn, referral, taken, channel, at)
    SETTLEMENTS.labels("told", channel).inc()
    await _put_away(conn, taken, "told", actor)
    return taken


async def suppressed(
    conn: AsyncConnection,
    room: Room,
    about: Notification,
    referral: Referral,
    reason: SuppressedReason,
    *,
    by: Actor | None = None,
    may: str = "suppressed",
) -> Notification:
    """Settle as rightly not told."""
    actor = by or ourselves(about.council)
    ended: dict[str, object] = {"reason": reason, "settled_at": room.clock.now()}
    taken = await step(conn, room, about, may, actor, **ended)
    await say_suppressed(conn, referral, taken, reason)
    SETTLEMENTS.labels("suppressed", reason).inc()
    await _put_away(conn, taken, "suppressed", actor)
    return taken


async def pass_to_a_person(
    conn: AsyncConnection, room: Room, about: Notification, due: datetime | None = None
) -> Notification:
    """Put it into the queue of the council's duty contact, who rings."""
    taken = await step(conn, room, about, "passed_to_a_person", ourselves(about.council))
    SETTLEMENTS.labels("passed to a person", Channel.PHONE).inc()
    await raise_prompt(
        conn,
        council=about.council,
        kind=Asks.TELL_BY_PHONE,
        subject=about.id,
        about=about.referral_id,
        role=Role.DUTY_MANAGER,
        assignee=room.councils[about.council].duty_contact.label,
        due=due,
    )
    return taken


async def _put_away(conn: AsyncConnection, about: Notification, outcome: str, actor: Actor) -> None:
    council = about.council
    if about.status not in SETTLED:
        return
    await deliveries.skip_the_rest(conn, council, about.id)
    await cancel_timer(conn, council=council, kind=TOLD_BY_NOW, subject=about.id)
    await settle_prompts(conn, council=council, subject=about.id, outcome=outcome, by=actor.subject)
