"""The worker asks for the no-contact letter, which goes only where post is safe."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clocks import new_id
from chassis.web.identity import Actor
from services.allocation.domain.case import Case
from services.allocation.domain.facts import LetterWanted
from services.allocation.domain.no_contact import Route, ask_for_letter
from services.allocation.room import Room
from services.allocation.store.cases import held_case
from services.allocation.store.records import add_record
from services.allocation.store.tables import letters
from services.allocation.use_cases.carry_out import carry_out


async def request_letter(
    conn: AsyncConnection, room: Room, actor: Actor, case_id: UUID, routes: Collection[Route]
) -> Case:
    """Ask for the letter, or for another safe route; `routes` were read just before."""
    case = await held_case(conn, actor.council, case_id)
    rules, at = room.councils[actor.council], room.clock.now()
    turn = ask_for_letter(case, new_id(), routes, by=actor.subject, roles=actor.roles, rules=rules)
    saved = await carry_out(conn, actor, case, turn, at)
    for fact in turn.facts:
        if isinstance(fact, LetterWanted):
            who = {"at": at, "by": actor.subject, "person_id": fact.person_id}
            await add_record(conn, letters, case, id=fact.letter_id, **who)
    return saved or turn.case
