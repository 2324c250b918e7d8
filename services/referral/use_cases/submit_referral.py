"""Takes a referral in: once per reference, whole or, where a child is in danger, however it is."""

import hmac
from uuid import UUID

from fastapi.exceptions import RequestValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.facts import Malformed, NotAllowed
from chassis.web.idempotency import (
    Answer,
    Kept,
    KeyReusedWithAnotherBody,
    Scope,
    digest,
    find,
    once,
)
from chassis.web.identity import Actor
from contracts.codes import ReferrerKind, SourceCode
from services.referral.domain.submitter import Submitter, keyed_for
from services.referral.intake.gaps import Asked
from services.referral.intake.reading import Reading, read
from services.referral.room import ReferralRoom
from services.referral.store.arrival_rows import rows_of
from services.referral.store.arrivals import save_arrival
from services.referral.use_cases.hear_danger_again import hear_danger_again
from services.referral.use_cases.receive import Arrival, receive

OPERATION = "submit referral"


class SameReferenceOtherReferral(NotAllowed):
    """The reference came before with another referral; additions have a way of their own."""

    slug = "same-reference-other-referral"
    title = "You have sent another referral under this reference before"


async def submit_referral(room: ReferralRoom, actor: Actor, raw: bytes, key: str | None) -> Kept:
    """Store a referral and give its receipt, or give the first receipt again. Commits.

    Raises:
        RequestValidationError: It is malformed, and no danger can be read in it.
        SameReferenceOtherReferral: Its reference stands for another; danger in it was stored.
        OutboxIsOld: Events do not leave the hub, and there is no danger in it.
        TwinRunning: The same is being stored at this moment.
    """
    rules, now = room.rules(actor.council), room.clock.now()
    asked = Asked(actor.kind == "agency", key is not None, now.date())
    reading = read(raw, asked)
    if not reading.danger:
        _refuse_malformed(reading)
        room.backlog.ask_to_wait()
    who = await _submitter(room, actor, reading)
    arrival = receive(raw, reading, actor=actor, who=who, now=now, rules=rules)
    scope = _scope(actor, reading, key)
    mac = _digest(raw, room)

    async def work(conn: AsyncConnection) -> tuple[int, Answer]:
        kept = (scope, mac) if scope else None
        await save_arrival(conn, rows_of(arrival, actor, rules, kept))
        return 201, arrival.receipt.model_dump(mode="json")

    if scope is None:
        async with room.engine.begin() as conn:
            status, answer = await work(conn)
        return Kept(mac, status, dict(answer), again=False)
    try:
        kept = await once(room.engine, scope, mac, work, work_keeps=True, look_first=False)
    except KeyReusedWithAnotherBody:
        raise await _conflict(room, actor, scope, arrival) from None
    if kept.again and reading.danger:
        first = UUID(kept.answer["referral_id"])
        await hear_danger_again(room, actor, first, raw, reading, new=False)
    return kept


def _refuse_malformed(reading: Reading) -> None:
    if not reading.whole:
        raise RequestValidationError(
            [{**problem, "loc": ("body", *problem["loc"])} for problem in reading.problems]
        )


def _scope(actor: Actor, reading: Reading, key: str | None) -> Scope | None:
    """Tell under which key it is kept: the agency's own reference before the client's key."""
    if reading.form.agency_reference is not None:
        return Scope.of(actor, OPERATION, f"reference:{reading.form.agency_reference}")
    return Scope.of(actor, OPERATION, f"key:{key}") if key else None


def _digest(raw: bytes, room: ReferralRoom) -> bytes:
    secret = room.settings.idempotency_key
    try:
        return digest(raw, secret)
    except (Malformed, RecursionError):
        return hmac.digest(secret.get_secret_value().encode(), raw, "sha256")


async def _submitter(room: ReferralRoom, actor: Actor, reading: Reading) -> Submitter:
    referrer = reading.form.referrer
    if actor.kind == "agency":
        agency_id = UUID(actor.organisation)
        source = await room.agencies.source_code(actor.council, agency_id)
        care = source is SourceCode.SOCIAL_CARE
        kind = ReferrerKind.SOCIAL_CARE if care else ReferrerKind.AGENCY
        return Submitter(kind, agency_id, source)
    source_code = None
    if referrer.agency_id:
        source_code = await room.agencies.source_code(actor.council, referrer.agency_id)
    return keyed_for(referrer, source_code)


async def _conflict(
    room: ReferralRoom, actor: Actor, scope: Scope, arrival: Arrival
) -> SameReferenceOtherReferral:
    """Make the refusal that names the way to add to the first; danger is stored before it."""
    async with room.engine.connect() as conn:
        kept = await find(conn, scope)
    answer = kept.answer if kept else {}
    if kept and arrival.reading.danger:
        first = UUID(answer["referral_id"])
        await hear_danger_again(room, actor, first, arrival.raw, arrival.reading, new=True)
    return SameReferenceOtherReferral(
        "To add to that referral, use the address in additional_information. To send another, "
        "give it a reference of its own.",
        referral_id=str(answer.get("referral_id", "")),
        additional_information=str(answer.get("additional_information", "")),
        danger_stored=arrival.reading.danger,
    )
