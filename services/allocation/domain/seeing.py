"""The unseen child: a clock per child from receipt, never paused, reset only by being seen."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from chassis.effects import Ask, Due, Settle
from chassis.facts import Malformed
from contracts.roles import Role
from councils.rules import CouncilRules
from councils.working_time import due_after
from services.allocation.domain.case import Case, Child
from services.allocation.domain.facts import Seen
from services.allocation.domain.kinds import Asks, TimerKind
from services.allocation.domain.turn import Effect, Turn


class SeenBy(StrEnum):
    """The professionals whose seeing a child counts."""

    PRACTITIONER = "practitioner"
    SCHOOL = "school"
    HEALTH_VISITOR = "health_visitor"
    DOMESTIC_ABUSE_WORKER = "domestic_abuse_worker"
    SOCIAL_WORKER = "social_worker"
    GP = "gp"
    POLICE = "police"
    OTHER_PROFESSIONAL = "other_professional"


class NotAChildOfTheCase(Malformed):
    """Somebody is named as a child of the case who is none (422)."""

    slug = "not-a-child-of-the-case"
    title = "This is not a child of the case"


class InTheFuture(Malformed):
    """What is recorded as done has not happened yet (422)."""

    slug = "in-the-future"
    title = "What is recorded must have happened already"


def clocks_of(children: Iterable[Child], rules: CouncilRules) -> tuple[Effect, ...]:
    """Set both not-seen timers of each child who is born, counting from when it was last seen."""
    effects: list[Effect] = []
    for child in children:
        if (dues := not_seen_dues(child, rules)) is None:
            continue
        ask, consult = dues
        effects.append(Due(TimerKind.NOT_SEEN_ASK, ask, str(child.id)))
        effects.append(Due(TimerKind.NOT_SEEN_CONSULT, consult, str(child.id)))
    return tuple(effects)


def not_seen_dues(child: Child, rules: CouncilRules) -> tuple[datetime, datetime] | None:
    """Tell when the manager is asked about the child, and when the MASH must be consulted.

    None for a child who is not born: nobody can have seen it.
    """
    if (since := child.unseen_since) is None:
        return None
    return (
        due_after(since, rules.clocks.not_seen_ask, rules),
        due_after(since, rules.clocks.not_seen_consult, rules),
    )


def child_born(case: Case, child_id: UUID, at: datetime, rules: CouncilRules) -> Turn | None:
    """Begin the clock of a child who was not born when its referral was accepted."""
    child = case.child(child_id)
    if child is None or not child.unborn or not case.is_open:
        return None
    born = replace(child, counts_from=at)
    children = tuple(born if each is child else each for each in case.children)
    return Turn(
        replace(case, children=children), "case.child_born", effects=clocks_of((born,), rules)
    )


def see_children(
    case: Case,
    child_ids: Collection[UUID],
    *,
    seen_at: datetime,
    seen_by: str,
    at: datetime,
    rules: CouncilRules,
) -> Turn:
    """Record that a named professional saw these children: their clocks alone begin anew.

    An older sighting than the one known is kept as a record, moves no clock back and is not said.
    Who has been seen is born, whether or not the birth is on record.
    """
    if seen_at > at:
        raise InTheFuture
    require_children(case, child_ids)
    fresh = {
        child.id: replace(child, seen_at=seen_at)
        for child in case.children
        if child.id in child_ids and _is_news(child, seen_at)
    }
    settled = tuple(
        Settle(kind, "child_seen", about=str(child_id))
        for child_id in fresh
        for kind in (Asks.ASK_WHO_HAS_SEEN, Asks.CONSULT_MASH)
    )
    return Turn(
        replace(case, children=tuple(fresh.get(c.id, c) for c in case.children)),
        "case.child_seen",
        facts=tuple(Seen(child_id, seen_at, seen_by) for child_id in fresh),
        effects=(*clocks_of(fresh.values(), rules), *settled) if case.is_open else (),
    )


def _is_news(child: Child, seen_at: datetime) -> bool:
    return child.unseen_since is None or seen_at > child.unseen_since


def require_children(case: Case, child_ids: Iterable[UUID]) -> None:
    """Refuse ids that are no children of the case.

    Raises:
        NotAChildOfTheCase: there is one.
    """
    if any(case.child(child_id) is None for child_id in child_ids):
        raise NotAChildOfTheCase


def consult_mash(case: Case, child_ids: Collection[UUID], at: datetime) -> Turn:
    """Record a consultation with the MASH about unseen children; their clocks run on."""
    require_children(case, child_ids)
    children = tuple(replace(c, consulted_at=at) if c.id in child_ids else c for c in case.children)
    settled = tuple(
        Settle(Asks.CONSULT_MASH, "mash_consulted", about=str(child_id)) for child_id in child_ids
    )
    return Turn(replace(case, children=children), "case.mash_consulted", effects=settled)


def child_still_unseen(
    case: Case, child_id: UUID, kind: TimerKind, at: datetime, rules: CouncilRules
) -> Turn | None:
    """Ask a manager about a child that nobody has seen, and go on asking; None once it is moot."""
    child = case.child(child_id)
    dues = not_seen_dues(child, rules) if child else None
    if child is None or dues is None or not case.is_open:
        return None
    ask_due, consult_due = dues
    if at < (ask_due if kind == TimerKind.NOT_SEEN_ASK else consult_due):
        return None
    if kind == TimerKind.NOT_SEEN_ASK:
        asked = Ask(Asks.ASK_WHO_HAS_SEEN, Role.TEAM_MANAGER, about=str(child_id))
        return Turn(case, "case.unseen_child_asked", effects=(asked,))
    # After the consultation the clock runs on, and somebody is still asked to see the child.
    wanted = Asks.ASK_WHO_HAS_SEEN if child.mash_consulted else Asks.CONSULT_MASH
    asked = Ask(wanted, Role.TEAM_MANAGER, about=str(child_id), urgent=True)
    again = Due(kind, due_after(at, rules.clocks.not_seen_ask, rules), str(child_id), again=True)
    return Turn(case, "case.unseen_child_urged", effects=(asked, again))


def unconsulted(case: Case, at: datetime, rules: CouncilRules) -> tuple[UUID, ...]:
    """List the children unseen beyond the second limit without a consultation of the MASH."""
    return tuple(
        child.id
        for child in case.children
        if (dues := not_seen_dues(child, rules)) and at >= dues[1] and not child.mash_consulted
    )
