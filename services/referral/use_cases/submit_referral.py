"""Takes a referral in: once per reference, whole or, where a child is in danger, however it is."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID

from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clocks import new_id
from chassis.facts import Forbidden, NotAllowed
from chassis.web.idempotency import Answer, Kept, Scope
from chassis.web.identity import Actor
from services.referral.domain.submitter import Submitter, keyed_for, sent_by
from services.referral.intake.gaps import Asked
from services.referral.intake.reading import Reading, read
from services.referral.intake.receiving import receive
from services.referral.room import ReferralRoom
from services.referral.store.arrival_rows import rows_of
from services.referral.store.arrivals import is_taken, save_arrival
from services.referral.use_cases.in_any_case import in_any_case
from services.referral.use_cases.once_only import CameWithAnotherBody, digest_of, once_only

Store = Callable[[Reading], Awaitable[Kept]]
OPERATION = "submit referral"
DRAWS = 3
"""How often a reference is drawn, should chance draw one that is in use."""
NO_SUCH_AGENCY = {
    "type": "unknown_agency",
    "loc": ("body", "referrer", "agency_id"),
    "msg": "No such agency is registered here, or its access was closed.",
}


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
    mac = digest_of(raw, room)
    scope = _scope(actor, reading, key, unnamed=f"{now.date()}:{mac.hex()}")

    async def store(reading: Reading) -> Kept:
        arrival = receive(raw, reading, actor=actor, who=who, now=now, rules=rules)
        rows = rows_of(arrival, actor, rules, (scope, mac))

        async def work(conn: AsyncConnection) -> tuple[int, Answer]:
            await save_arrival(conn, rows)
            return 201, arrival.receipt.model_dump(mode="json")

        return await once_only(
            room, actor, scope, work, raw=raw, mac=mac, reading=reading, work_keeps=True
        )

    try:
        return await in_any_case(partial(_under_a_free_reference, store), reading)
    except CameWithAnotherBody as came:
        raise _conflict(came.first, danger=reading.danger) from None


async def _under_a_free_reference(store: Store, reading: Reading) -> Kept:
    """Store it; where chance drew a reference that is in use, draw another."""
    for _ in range(DRAWS - 1):
        try:
            return await store(reading)
        except IntegrityError as error:
            if not is_taken(error):
                raise
    return await store(reading)


def _refuse_malformed(reading: Reading) -> None:
    if not reading.whole:
        raise RequestValidationError(
            [{**problem, "loc": ("body", *problem["loc"])} for problem in reading.problems]
        )


def _scope(actor: Actor, reading: Reading, key: str | None, *, unnamed: str) -> Scope:
    """Tell under which key it is kept: the agency's own reference before the client's key.

    Where it came without either, its words of one day stand for it (`unnamed`), so that a worker's
    second click is no second family; but two who tell of danger in the same few words are two.
    """
    if reading.form.agency_reference is not None:
        return Scope.of(actor, OPERATION, f"reference:{reading.form.agency_reference}")
    if key is None:
        return Scope.of(actor, OPERATION, f"body:{new_id() if reading.danger else unnamed}")
    return Scope.of(actor, OPERATION, f"key:{key}")


async def _submitter(room: ReferralRoom, actor: Actor, reading: Reading) -> Submitter:
    """Tell whose it is; danger is taken in from whomever it comes.

    Raises:
        Forbidden: The access of an agency was closed, and nobody is in danger.
        RequestValidationError: A worker names an agency that is not registered.
    """
    referrer = reading.form.referrer
    if actor.kind == "agency":
        agency_id = UUID(actor.organisation)
        source = await room.agencies.source_code(actor.council, agency_id)
        if source is None and not reading.danger:
            raise Forbidden("Your agency is not registered here.")
        return sent_by(agency_id, source)
    source = None
    if referrer.agency_id:
        source = await room.agencies.source_code(actor.council, referrer.agency_id)
        if source is None and not reading.danger:
            raise RequestValidationError([NO_SUCH_AGENCY])
    return keyed_for(referrer, source)


def _conflict(first: dict[str, Any], *, danger: bool) -> SameReferenceOtherReferral:
    """Make the refusal that names the way to add to the first; danger has been stored before it."""
    return SameReferenceOtherReferral(
        "To add to that referral, use the address in additional_information. To send another, "
        "give it a reference of its own.",
        referral_id=str(first.get("referral_id", "")),
        additional_information=str(first.get("additional_information", "")),
        danger_stored=danger,
    )
