"""The webhook lane: a few to each receiver at a time, so that a dead one holds up no other."""

from functools import partial
from typing import Any

from chassis.prompts import raise_prompt
from chassis.telemetry import counter
from contracts.roles import Role
from services.notifications.domain.kinds import Asks
from services.notifications.domain.patience import FEW_FAILURES, rest
from services.notifications.domain.things import Claimed, Endpoint, Notification
from services.notifications.outbound.claiming import claiming_lane
from services.notifications.outbound.contacting import Ready, make_ready
from services.notifications.outbound.lane import Lane
from services.notifications.outbound.outcomes import (
    record_no_road,
    record_told,
    record_try_later,
)
from services.notifications.outbound.webhook import Answer
from services.notifications.room import Room
from services.notifications.store import endpoints
from services.notifications.store.deliveries import leave_endpoint
from services.notifications.store.endpoints import ACTIVE, DISABLED

SENT = counter("webhooks", "Webhooks sent, by what came of them", "outcome")
TYPE = "milestone.told.v1"


def webhook_lane(room: Room) -> Lane[Claimed]:
    """Make the lane."""
    settings = room.settings
    claim = partial(endpoints.claim_webhooks, each=settings.webhook_per_endpoint, few=FEW_FAILURES)
    return claiming_lane(room, "webhooks", claim, send_webhook, at_once=settings.webhook_at_once)


async def send_webhook(room: Room, claimed: Claimed) -> None:
    """Send one claimed webhook and record what came of it.

    After a crash between the call and the record it is sent again under the same webhook-id, by
    which the receiver knows that it has it.
    """
    ready = await make_ready(room, claimed)
    if ready is None:
        return
    endpoint = ready.parcel.endpoint
    if endpoint is None or endpoint.status != ACTIVE or not ready.parcel.sealed:
        await record_no_road(room, ready.parcel, "no endpoint")
        return
    secrets = [room.sealer.open(sealed) for sealed in ready.parcel.sealed]
    webhook_id, now = str(ready.parcel.delivery.id), room.wall()
    answer = await room.webhooks.send(endpoint.url, webhook_id, now, payload(ready), secrets)
    await _record(room, ready, endpoint, answer)


def payload(ready: Ready) -> dict[str, Any]:
    """Write what the receiver reads: thin, in a sentence, and nothing of the family."""
    return told_as(ready.parcel.about, ready.contact.reference, ready.sentence)


def told_as(about: Notification, reference: str, sentence: str) -> dict[str, Any]:
    """Give a milestone as agencies' systems read it, by webhook or by pulling."""
    return {
        "type": TYPE,
        "council": about.council,
        "referral_id": str(about.referral_id),
        "reference": reference,
        "milestone": about.milestone.value,
        "sentence": sentence,
        "occurred_at": about.occurred_at.isoformat().replace("+00:00", "Z"),
    }


async def _record(room: Room, ready: Ready, endpoint: Endpoint, answer: Answer) -> None:
    if answer.taken:
        SENT.labels("taken").inc()
        await record_told(room, ready.parcel, answer.status)
        if endpoint.failures:
            async with room.engine.begin() as conn:
                await endpoints.note_success(conn, endpoint.council, endpoint.id)
    elif answer.gone:
        SENT.labels("gone").inc()
        await _disable(room, endpoint)
        await record_no_road(room, ready.parcel, "gone", answer.status)
    else:
        SENT.labels("failed").inc()
        await _note_failure(room, endpoint)
        outcome = answer.trouble or "refused"
        await record_try_later(room, ready.parcel, outcome, answer.status, answer.retry_after)


async def _note_failure(room: Room, endpoint: Endpoint) -> None:
    async with room.engine.begin() as conn:
        failures = await endpoints.note_failure(conn, endpoint.council, endpoint.id)
        resting = rest(failures, room.chance())
        if resting is not None:
            until = room.wall() + resting
            await endpoints.let_rest(conn, endpoint.council, endpoint.id, until)


async def _disable(room: Room, endpoint: Endpoint) -> None:
    """The receiver asked never to be called again: somebody should ask the agency why."""
    async with room.engine.begin() as conn:
        now = room.wall()
        await endpoints.end(conn, endpoint.council, endpoint.id, DISABLED, now)
        await leave_endpoint(conn, endpoint.council, endpoint.id, now)
        await raise_prompt(
            conn,
            council=endpoint.council,
            kind=Asks.ENDPOINT_GONE,
            subject=endpoint.id,
            about=endpoint.agency_id,
            role=Role.SYSTEM_ADMIN,
        )
