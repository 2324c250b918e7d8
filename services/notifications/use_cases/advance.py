"""Checks a notification against the policy of this moment and lets it take the way that is open."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clocks import new_id
from chassis.prompts import raise_prompt, settle_prompts
from contracts.notifications import Channel, Milestone
from contracts.roles import Role
from services.notifications.domain.kinds import Asks
from services.notifications.domain.policy import Standing, Verdict, Way, check
from services.notifications.domain.roads import roads
from services.notifications.domain.status import DeliveryStatus
from services.notifications.domain.things import Delivery, Notification, Referral
from services.notifications.room import Room
from services.notifications.store import deliveries, known
from services.notifications.store.endpoints import active_of
from services.notifications.use_cases.next_road import on_the_way, take_road
from services.notifications.use_cases.settle import ourselves, step, suppressed


async def verdict_now(
    conn: AsyncConnection,
    room: Room,
    about: Notification,
    referral: Referral,
    *,
    superseded: bool = False,
) -> Verdict:
    """Check the policy as things stand in this transaction."""
    joined = about.milestone is Milestone.ACCEPTED and referral.joined
    standing = Standing(
        milestone=about.milestone,
        kind=referral.referrer_kind,
        approved=about.approved_at is not None,
        stopped=await known.is_stopped(conn, referral.council, referral.family_id),
        superseded=superseded or joined,
    )
    return check(standing, room.councils[about.council].wording)


async def advance(
    conn: AsyncConnection,
    room: Room,
    about: Notification,
    referral: Referral,
    *,
    superseded: bool = False,
    fresh: bool = False,
) -> Notification:
    """Let a requested notification take its way: to a road, to a worker, to a stop, or nowhere.

    `fresh` says that it has just been asked for, so that no road was laid out before.
    """
    verdict = await verdict_now(conn, room, about, referral, superseded=superseded)
    if verdict.way is not Way.GO:
        return await turn_aside(conn, room, about, referral, verdict)
    taken = await step(conn, room, about, "queued", ourselves(about.council))
    before = 0 if fresh else await deliveries.count_of(conn, about.council, about.id)
    return await _plan(conn, room, taken, referral, after=before)


async def turn_aside(
    conn: AsyncConnection, room: Room, about: Notification, referral: Referral, verdict: Verdict
) -> Notification:
    """Suppress, hold or stop a notification that may not go now."""
    actor = ourselves(about.council)
    if verdict.way is Way.SUPPRESS and verdict.reason is not None:
        return await suppressed(conn, room, about, referral, verdict.reason)
    await deliveries.skip_the_rest(conn, about.council, about.id)
    if verdict.way is Way.STOP:
        await settle_prompts(
            conn,
            council=about.council,
            subject=about.id,
            kind=Asks.TELL_BY_PHONE,
            outcome="stopped",
            by=actor.subject,
        )
        return await step(conn, room, about, "stopped", actor)
    taken = await step(conn, room, about, "held", actor)
    await raise_prompt(
        conn,
        council=about.council,
        kind=Asks.APPROVE,
        subject=about.id,
        about=about.referral_id,
        role=Role.TEAM_MANAGER if referral.case_id else Role.DUTY_MANAGER,
    )
    return taken


async def _plan(
    conn: AsyncConnection, room: Room, about: Notification, referral: Referral, *, after: int
) -> Notification:
    """Lay out the roads, behind those that were laid out before, and take the first."""
    endpoint = await active_of(conn, about.council, referral.agency_id)
    planned = [
        Delivery(
            council=about.council,
            id=new_id(),
            notification_id=about.id,
            position=after + position,
            channel=road,
            status=DeliveryStatus.WAITING,
            endpoint_id=endpoint.id if endpoint and road is Channel.WEBHOOK else None,
        )
        for position, road in enumerate(
            roads(referral.referrer_kind, has_endpoint=endpoint is not None)
        )
    ]
    waits = about.milestone is Milestone.ACCEPTED and referral.case_id is None
    seconds = room.settings.accepted_waits_seconds if waits else 0.0
    first = on_the_way(room, planned[0], timedelta(seconds=seconds))
    await deliveries.add(conn, [first, *planned[1:]])
    return about if first.status is DeliveryStatus.QUEUED else await take_road(conn, room, about)
