"""The road to a family that does not answer: the letter, its days, and a person who decides."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.effects import Ask, Due, Settle, Stop
from chassis.facts import NotAllowed
from chassis.lives import Taken
from contracts.notifications import LetterNotSentReason
from councils.rules import CouncilRules
from councils.working_time import due_after
from services.allocation.domain.case import Case, Letter, LetterState
from services.allocation.domain.contacting import still_to_try
from services.allocation.domain.facts import LetterUnanswered, LetterWanted
from services.allocation.domain.kinds import Asks, TimerKind
from services.allocation.domain.statuses import Status, take
from services.allocation.domain.turn import Effect, Turn, worker_or_manager


class MoreToTry(NotAllowed):
    """The calls and the visit come before the letter (409)."""

    slug = "more-to-try-before-the-letter"
    title = "Before the letter, the calls and the visit must have been tried"


class LetterOnItsWay(NotAllowed):
    """One letter is enough (409)."""

    slug = "letter-on-its-way"
    title = "A letter is already on its way to this family"


@dataclass(frozen=True)
class Route:
    """What the owner of safe contact says of post: whether it is safe, and to whom it may go."""

    post_is_safe: bool
    letter_person_id: UUID | None


def ask_for_letter(
    case: Case,
    letter_id: UUID,
    routes: Collection[Route],
    *,
    by: str,
    roles: frozenset[str],
    rules: CouncilRules,
) -> Turn:
    """Ask for the letter where every referral says that post is safe; else for another route.

    An unsafe address stops the letter and its days, never a child's clock.
    """
    if case.status in (Status.ALLOCATED, Status.ENGAGING):
        raise MoreToTry(missing=list(still_to_try(case, rules)))
    status = take(case.standing, "written_to", roles)
    if case.letter and case.letter.state in (LetterState.REQUESTED, LetterState.DISPATCHED):
        raise LetterOnItsWay
    people = [r.letter_person_id for r in routes if r.letter_person_id]
    if not people or not all(route.post_is_safe for route in routes):
        role, assignee = worker_or_manager(case)
        asked = Ask(Asks.ANOTHER_SAFE_ROUTE, role, assignee=assignee)
        return Turn(replace(case, post_unsafe=True), "case.letter_unsafe", effects=(asked,))
    letter = Letter(letter_id, LetterState.REQUESTED)
    wanted = LetterWanted(letter_id, people[-1], by)
    return Turn(
        replace(case, letter=letter, post_unsafe=False),
        "case.letter_requested",
        Taken("written_to", case.status, status),
        (wanted,),
        (
            Settle(Asks.ANOTHER_SAFE_ROUTE, "letter_requested"),
            Settle(Asks.LETTER_UNANSWERED, "another_letter"),
        ),
    )


def letter_dispatched(
    case: Case, letter_id: UUID, at: datetime, rules: CouncilRules
) -> Turn | None:
    """Start the days to answer, unless the family answered before the letter left."""
    if not case.is_open or not _current(case, letter_id):
        return None
    if _state(case) != LetterState.REQUESTED:
        return None
    due = due_after(at, rules.clocks.no_contact_answer, rules)
    sent = replace(case, letter=Letter(letter_id, LetterState.DISPATCHED, due))
    return Turn(sent, "case.letter_dispatched", effects=(Due(TimerKind.NO_CONTACT_ANSWER, due),))


def letter_not_sent(case: Case, letter_id: UUID, reason: LetterNotSentReason) -> Turn | None:
    """Ask for another safe route; no days run, and a returned letter's days stop."""
    if not case.is_open or not _current(case, letter_id):
        return None
    if _state(case) == LetterState.ANSWERED:
        return None
    role, assignee = worker_or_manager(case)
    unsent = replace(
        case,
        letter=Letter(letter_id, LetterState.NOT_SENT),
        post_unsafe=case.post_unsafe or reason != LetterNotSentReason.REFUSED_BY_PROVIDER,
    )
    effects: tuple[Effect, ...] = (
        Stop(TimerKind.NO_CONTACT_ANSWER),
        Settle(Asks.LETTER_UNANSWERED, "letter_not_sent"),
        Ask(Asks.ANOTHER_SAFE_ROUTE, role, assignee=assignee),
    )
    return Turn(unsent, "case.letter_not_sent", effects=effects)


def letter_unanswered(case: Case) -> Turn | None:
    """Say that the days ran out, and ask people; the case stays open until one decides."""
    if not case.is_open or case.letter is None or case.letter.state != LetterState.DISPATCHED:
        return None
    expired = replace(case, letter=replace(case.letter, state=LetterState.UNANSWERED))
    role, assignee = worker_or_manager(case)
    asked = Ask(Asks.LETTER_UNANSWERED, role, assignee=assignee)
    facts = (LetterUnanswered(case.letter.id),)
    return Turn(expired, "case.letter_unanswered", facts=facts, effects=(asked,))


def _current(case: Case, letter_id: UUID) -> bool:
    return case.letter is not None and case.letter.id == letter_id


def _state(case: Case) -> LetterState | None:
    return case.letter.state if case.letter else None
