"""Contact with the family, children seen, the MASH consulted, and the no-contact letter."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from chassis.web.identity import Actor
from chassis.web.moments import Moment
from services.allocation.domain.contacting import Contact, Mode, Outcome
from services.allocation.domain.seeing import SeenBy
from services.allocation.http.doors import Body, Named, TheAsking, Words, Worker
from services.allocation.http.shown import CaseShown
from services.allocation.outbound.referral import contact_route, letter_routes
from services.allocation.room import Room, TheRoom
from services.allocation.store.cases import read_case
from services.allocation.use_cases.record_contact import record_contact
from services.allocation.use_cases.record_sighting import (
    record_mash_consultation,
    record_sighting,
)
from services.allocation.use_cases.request_letter import request_letter

router = APIRouter(tags=["contact"])
Children = Annotated[tuple[UUID, ...], Field(max_length=50)]


class ContactMade(Body):
    """A contact, or a try at one. "Seen" names the children; an adult's identity is checked."""

    mode: Mode
    outcome: Outcome
    children_seen: Children = ()
    verified_adult_id: UUID | None = None
    at: Moment | None = None
    note: Words | None = None


class ChildSeenElsewhere(Body):
    """A named professional saw the child; a parent's word is not one."""

    child_id: UUID
    seen_by_role: SeenBy
    seen_by_name: Named
    at: Moment


class Consultation(Body):
    """The MASH was consulted about children nobody has seen; none named means all of them."""

    consulted_with: Named
    advice: Words
    child_ids: Children = ()


@router.post("/cases/{case_id}/contacts", summary="Record a contact, or a try at one")
async def contact(
    room: TheRoom, actor: Worker, case_id: UUID, body: ContactMade, asking: TheAsking
) -> CaseShown:
    """Record what was tried and what came of it; a call stands for a visit only where it may."""
    made = Contact(
        mode=body.mode,
        outcome=body.outcome,
        at=body.at or room.clock.now(),
        by=actor.subject,
        children_seen=tuple(dict.fromkeys(body.children_seen)),
        verified_adult_id=body.verified_adult_id,
    )
    remote = not made.seen_by_video or await _remote_allowed(room, actor, case_id)
    return await asking.do(
        actor,
        lambda conn: record_contact(
            conn, room, actor, case_id, made, remote_allowed=remote, note=body.note
        ),
    )


async def _remote_allowed(room: Room, actor: Actor, case_id: UUID) -> bool:
    async with room.engine.connect() as conn:
        case = await read_case(conn, actor.council, case_id)
    return (await contact_route(room, actor.council, case.referral_ids)).remote_allowed


@router.post("/cases/{case_id}/seen", summary="A named professional elsewhere saw a child")
async def seen(
    room: TheRoom, actor: Worker, case_id: UUID, body: ChildSeenElsewhere, asking: TheAsking
) -> CaseShown:
    """Begin that one child's clock anew."""
    return await asking.do(
        actor,
        lambda conn: record_sighting(
            conn,
            room,
            actor,
            case_id,
            child_id=body.child_id,
            seen_at=body.at,
            role=body.seen_by_role,
            name=body.seen_by_name,
        ),
    )


@router.post("/cases/{case_id}/mash-consultation", summary="The MASH was consulted")
async def consulted(
    room: TheRoom, actor: Worker, case_id: UUID, body: Consultation, asking: TheAsking
) -> CaseShown:
    """Record the consultation; the children's clocks run on."""
    return await asking.do(
        actor,
        lambda conn: record_mash_consultation(
            conn,
            room,
            actor,
            case_id,
            child_ids=tuple(dict.fromkeys(body.child_ids)),
            consulted_with=body.consulted_with,
            advice=body.advice,
        ),
    )


@router.post("/cases/{case_id}/no-contact-letter", summary="Ask for the no-contact letter")
async def letter(room: TheRoom, actor: Worker, case_id: UUID, asking: TheAsking) -> CaseShown:
    """Ask for the letter; where post is not safe none goes, and `post_unsafe` says so."""
    async with room.engine.connect() as conn:
        case = await read_case(conn, actor.council, case_id)
    routes = await letter_routes(room, actor.council, case.referral_ids)
    return await asking.do(actor, lambda conn: request_letter(conn, room, actor, case_id, routes))
