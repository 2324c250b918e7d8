"""A worker records a contact with the family, or a try at one."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clocks import new_id
from chassis.web.identity import Actor
from services.allocation.domain.case import Case
from services.allocation.domain.contacting import Contact
from services.allocation.domain.contacting import record_contact as decide
from services.allocation.domain.seeing import SeenBy
from services.allocation.room import Room
from services.allocation.store.cases import held_case
from services.allocation.store.records import add_record, known_agreement, settle_record
from services.allocation.store.tables import closures, contacts, sightings
from services.allocation.use_cases.carry_out import carry_out


async def record_contact(
    conn: AsyncConnection,
    room: Room,
    actor: Actor,
    case_id: UUID,
    contact: Contact,
    *,
    remote_allowed: bool,
    note: str | None,
) -> Case:
    """Record a contact; the children who were seen are the only ones whose clocks begin anew."""
    case = await held_case(conn, actor.council, case_id)
    known = await known_agreement(conn, actor.council, case.family_id)
    agreed = frozenset(person for person, yes in known.items() if yes) if known else None
    at, rules = room.clock.now(), room.councils[actor.council]
    turn = decide(
        case, contact, actor.roles, at, rules, remote_allowed=remote_allowed, agreed=agreed
    )
    detail = [str(contact.mode), str(contact.outcome)]
    saved = await carry_out(conn, actor, case, turn, at, detail=detail)
    await _keep(conn, case, contact, note, at)
    if case.closure and turn.case.closure is None:
        gone = {"outcome": "family_answered", "decided_at": at, "decided_by": actor.subject}
        await settle_record(conn, closures, case, case.closure.id, **gone)
    return saved or turn.case


async def _keep(
    conn: AsyncConnection, case: Case, contact: Contact, note: str | None, at: datetime
) -> None:
    who = {"at": at, "by": contact.by}
    await add_record(
        conn,
        contacts,
        case,
        id=new_id(),
        **who,
        made_at=contact.at,
        mode=contact.mode,
        outcome=contact.outcome,
        children_seen=list(contact.children_seen),
        verified_adult_id=contact.verified_adult_id,
        note=note,
    )
    for child_id in contact.children_seen:
        await add_record(
            conn,
            sightings,
            case,
            id=new_id(),
            **who,
            child_id=child_id,
            seen_at=contact.at,
            seen_by_role=SeenBy.PRACTITIONER,
            seen_by_name=contact.by,
        )
