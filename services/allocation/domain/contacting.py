"""Contact with the family: what was tried, who was reached, and who was seen."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from chassis.effects import Ask, Settle, Stop
from chassis.facts import Malformed, NotAllowed
from chassis.lives import Taken
from contracts.allocation import NoContactStep
from contracts.codes import ContactOutcome
from contracts.roles import Role
from councils.rules import CouncilRules
from services.allocation.domain.case import Case, LetterState
from services.allocation.domain.facts import FirstReached, NotReached
from services.allocation.domain.kinds import Asks, TimerKind
from services.allocation.domain.seeing import InTheFuture, see_children
from services.allocation.domain.statuses import Status, take
from services.allocation.domain.turn import Effect, Turn, worker_or_manager


class Mode(StrEnum):
    """How the worker tried."""

    PHONE = "phone"
    VIDEO = "video"
    VISIT = "visit"
    UNANNOUNCED_VISIT = "unannounced_visit"
    SCHOOL = "school"


class Outcome(StrEnum):
    """What came of it (S24); an answered telephone call is heard, not seen."""

    SEEN = "seen"
    HEARD_NOT_SEEN = "heard_not_seen"
    SPOKE_TO_ADULT = "spoke_to_adult"
    NO_ANSWER = "no_answer"
    NO_ANSWER_OCCUPIED = "no_answer_occupied"
    REFUSED = "refused"
    MOVED = "moved"
    UNSAFE = "unsafe"


REACHED = frozenset({Outcome.SEEN, Outcome.HEARD_NOT_SEEN, Outcome.SPOKE_TO_ADULT})
UNANSWERED = frozenset({Outcome.NO_ANSWER, Outcome.NO_ANSWER_OCCUPIED})
VISITS = frozenset({Mode.VISIT, Mode.UNANNOUNCED_VISIT})
STEPS = {
    Mode.PHONE: NoContactStep.CALL,
    Mode.VIDEO: NoContactStep.CALL,
    Mode.VISIT: NoContactStep.PLANNED_VISIT,
    Mode.UNANNOUNCED_VISIT: NoContactStep.UNANNOUNCED_VISIT,
}


class SeenWithoutChild(Malformed):
    """The outcome "seen" means children, each named; nobody is seen by telephone (422)."""

    slug = "seen-means-named-children"
    title = "Name the children who were seen, or choose another outcome; a call is not seeing"


class HomeMustBeVisited(NotAllowed):
    """There is an open concern about the home, so a call does not stand for a visit (409)."""

    slug = "home-must-be-visited"
    title = "There is a concern about the home: the children must be seen in person"


class NotAnAdultOfTheCase(Malformed):
    """The adult said to be verified is none whose answer counts (422)."""

    slug = "not-an-adult-who-agreed"
    title = "Only an adult of the family who agreed to the service can answer for it"


@dataclass(frozen=True)
class Contact:
    """One contact, or try at one. `verified_adult_id` is the adult whose identity was checked."""

    mode: Mode
    outcome: Outcome
    at: datetime
    by: str
    children_seen: tuple[UUID, ...] = ()
    verified_adult_id: UUID | None = None

    @property
    def seen_by_video(self) -> bool:
        """Whether children were seen without anybody seeing their home."""
        return self.mode == Mode.VIDEO and bool(self.children_seen)


def record_contact(
    case: Case,
    contact: Contact,
    roles: frozenset[str],
    at: datetime,
    rules: CouncilRules,
    *,
    remote_allowed: bool,
    agreed: Collection[UUID] | None = None,
) -> Turn:
    """Record a contact; a pending step-up or closure does not stop the work from being recorded.

    Args:
        case: The family's case.
        contact: What was tried and what came of it.
        roles: Of the worker who records it.
        at: Now, in the field.
        rules: The council's.
        remote_allowed: Whether a video call may stand for a visit, as the owner of that says.
        agreed: The adults known to agree to the service; None where no answer is known.
    """
    _check(contact, at, case.adult_ids if agreed is None else agreed, remote_allowed=remote_allowed)
    seen = see_children(
        case, contact.children_seen, seen_at=contact.at, seen_by=contact.by, at=at, rules=rules
    )
    if contact.outcome in REACHED:
        turn = _reached(seen.case, contact, roles)
    elif contact.outcome in UNANSWERED:
        turn = _unanswered(seen.case, contact, roles, rules)
    else:
        turn = _told(seen.case, contact)
    visited: tuple[Effect, ...] = ()
    if contact.mode in VISITS:
        visited = (Stop(TimerKind.VISIT_BY), Settle(Asks.VISIT_OVERDUE, "visited"))
    return replace(
        turn,
        facts=(*turn.facts, *seen.facts),
        effects=(*turn.effects, *seen.effects, *visited),
    )


def _check(
    contact: Contact, at: datetime, may_answer: Collection[UUID], *, remote_allowed: bool
) -> None:
    if contact.seen_by_video and not remote_allowed:
        raise HomeMustBeVisited
    if contact.at > at:
        raise InTheFuture
    if (contact.outcome == Outcome.SEEN) != bool(contact.children_seen):
        raise SeenWithoutChild
    if contact.children_seen and contact.mode == Mode.PHONE:
        raise SeenWithoutChild
    if contact.verified_adult_id and contact.verified_adult_id not in may_answer:
        raise NotAnAdultOfTheCase


def _reached(case: Case, contact: Contact, roles: frozenset[str]) -> Turn:
    """Note who was reached; on the no-contact road only a verified adult's answer ends it.

    A child seen at school is seen, and the family at home is still not reached.
    """
    on_the_road = case.status == Status.NO_CONTACT or (
        case.status == Status.CLOSING
        and case.closure is not None
        and case.closure.before == Status.NO_CONTACT
    )
    if on_the_road:
        if contact.verified_adult_id and contact.outcome in REACHED:
            return _answered(case, contact, roles)
        return Turn(case, "case.contact_recorded")
    if case.status not in (Status.ALLOCATED, Status.ENGAGING) or contact.mode == Mode.SCHOOL:
        return Turn(case, "case.contact_recorded")
    status = take(case.status, "reached", roles)
    first = case.first_contact_at is None
    reached = replace(
        case,
        status=status,
        first_contact_at=case.first_contact_at or contact.at,
        calls_unanswered=0,
        visits_unanswered=0,
    )
    effects = (Stop(TimerKind.FIRST_CONTACT), Settle(Asks.FIRST_CONTACT_OVERDUE, "reached"))
    return Turn(
        reached,
        "case.contact_recorded",
        Taken("reached", case.status, status) if status != case.status else None,
        (FirstReached(),) if first else (),
        effects if first else (),
    )


def _answered(case: Case, contact: Contact, roles: frozenset[str]) -> Turn:
    status = take(case.status, "answered", roles)
    letter = replace(case.letter, state=LetterState.ANSWERED) if case.letter else None
    answered = replace(
        case,
        status=status,
        letter=letter,
        closure=None,
        first_contact_at=case.first_contact_at or contact.at,
        calls_unanswered=0,
        visits_unanswered=0,
    )
    effects: list[Effect] = [Stop(TimerKind.NO_CONTACT_ANSWER), Stop(TimerKind.FIRST_CONTACT)]
    asked = (
        Asks.LETTER_UNANSWERED,
        Asks.ANOTHER_SAFE_ROUTE,
        Asks.FIRST_CONTACT_OVERDUE,
        Asks.CONFIRM_CLOSURE,
        Asks.CLOSURE_OVERDUE,
    )
    effects += [Settle(kind, "family_answered") for kind in asked]
    if case.closure:
        effects += [
            Stop(TimerKind.CLOSURE_CONFIRMATION),
            Ask(Asks.CLOSURE_ANSWERED, Role.TEAM_MANAGER),
        ]
    facts = (FirstReached(),) if case.first_contact_at is None else ()
    step = Taken("answered", case.status, status)
    return Turn(answered, "case.family_answered", step, facts, tuple(effects))


def _unanswered(case: Case, contact: Contact, roles: frozenset[str], rules: CouncilRules) -> Turn:
    """Count the try; calls and then a visit without an answer lead to the no-contact road."""
    step = STEPS.get(contact.mode)
    if step is None:
        return Turn(case, "case.contact_recorded")
    tried = replace(
        case,
        calls_unanswered=case.calls_unanswered + (step == NoContactStep.CALL),
        visits_unanswered=case.visits_unanswered + (step != NoContactStep.CALL),
    )
    facts = (NotReached(step, ContactOutcome(contact.outcome)),)
    if case.status in (Status.ALLOCATED, Status.ENGAGING) and not still_to_try(tried, rules):
        status = take(case.status, "not_reached", roles)
        taken = Taken("not_reached", case.status, status)
        return Turn(replace(tried, status=status), "case.not_reached", taken, facts)
    return Turn(tried, "case.contact_recorded", facts=facts)


def still_to_try(case: Case, rules: CouncilRules) -> tuple[str, ...]:
    """Name what must be tried before a letter: the calls, then a visit (S23)."""
    missing = []
    if case.calls_unanswered < rules.no_contact.calls_before_visit:
        missing.append("calls")
    if rules.no_contact.visit_required and not case.visits_unanswered:
        missing.append("visit")
    return tuple(missing)


def _told(case: Case, contact: Contact) -> Turn:
    """Pass on what a worker met at the door: refusal, a move, danger to the worker."""
    role, assignee = worker_or_manager(case)
    asked = {
        Outcome.UNSAFE: Ask(Asks.UNSAFE, Role.TEAM_MANAGER, urgent=True),
        Outcome.MOVED: Ask(Asks.MOVED, role, assignee=assignee),
        Outcome.REFUSED: Ask(Asks.REFUSED, Role.TEAM_MANAGER),
    }[contact.outcome]
    return Turn(case, "case.contact_recorded", effects=(asked,))
