"""The end of a case: a practitioner proposes, another person confirms, and blockers stand first."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from chassis.effects import Ask, Due, Settle, Stop
from chassis.facts import Forbidden, Malformed, NotAllowed
from chassis.lives import Taken
from contracts.allocation import BroadReason, ClosureReason
from contracts.roles import Role
from councils.rules import CouncilRules
from councils.working_time import due_after
from services.allocation.domain.case import Case, Checklist, Closure, LetterState
from services.allocation.domain.facts import Closed, ProposedForClosure
from services.allocation.domain.kinds import Asks, TimerKind
from services.allocation.domain.seeing import require_children, unconsulted
from services.allocation.domain.statuses import Status, take
from services.allocation.domain.turn import Effect, Turn, worker_or_manager

R, B = ClosureReason, BroadReason
BROAD: dict[ClosureReason, BroadReason] = {
    R.NO_CONTACT: B.NO_CONTACT,
    R.SINGLE_AGENCY_CONTINUES: B.SUPPORT_CONTINUES_ELSEWHERE,
    R.MOVED_AREA: B.NO_LONGER_WITH_US,
    R.DIED: B.NO_LONGER_WITH_US,
}
"""What a referrer may hear; every other reason, a step-up among them, is "support ended"."""

PLANNED_ENDS = frozenset({R.NEEDS_MET, R.PROGRAMME_COMPLETED, R.SINGLE_AGENCY_CONTINUES})
"""Ends that a review agreed: plan updated, and a farewell visit to each child (S22)."""

NEVER_PROPOSED = frozenset({R.STEPPED_UP, R.UNKNOWN})


class Blocker(StrEnum):
    """What must be done before a closure can be confirmed."""

    HANDOVER_OPEN = "handover_open"
    CHILD_UNSEEN = "child_unseen_without_mash_consultation"
    WORRIED = "worry_not_answered"
    REFERRAL_JOINED = "referral_joined_since_proposal"
    LETTER = "letter_not_yet_unanswered"
    OTHER_ROUTE = "other_safe_route_not_tried"
    REVIEW = "review_not_agreed"
    PLAN = "plan_not_updated"
    FAREWELL = "farewell_visit_missing"


class ClosureBlocked(NotAllowed):
    """Something stands before the closure; `blockers` names it (409)."""

    slug = "closure-blocked"
    title = "Something must be done before this case can be closed"


class TheirOwnProposal(Forbidden):
    """Who proposed a closure does not confirm it (403)."""

    slug = "their-own-proposal"
    title = "Another person must confirm this closure"


class NotAReasonToPropose(Malformed):
    """Nobody closes a case as stepped up: only a completed handover does (422)."""

    slug = "not-a-reason-to-propose"
    title = "This reason is not one that a person proposes"


class NotOnTheNoContactRoad(NotAllowed):
    """The family is not known to be out of reach (409)."""

    slug = "not-on-the-no-contact-road"
    title = "Calls and a visit without an answer come before closing for lack of contact"


def propose_closure(
    case: Case,
    *,
    closure_id: UUID,
    reason: ClosureReason,
    checklist: Checklist,
    by: str,
    roles: frozenset[str],
    at: datetime,
    rules: CouncilRules,
) -> Turn:
    """Propose to close; what still stands before it is shown, and stops the confirmation."""
    if reason in NEVER_PROPOSED:
        raise NotAReasonToPropose
    status = take(case.standing, "proposed_for_closure", roles)
    if reason == R.NO_CONTACT and case.status != Status.NO_CONTACT:
        raise NotOnTheNoContactRoad
    require_children(case, checklist.farewell_visits)
    closure = Closure(closure_id, reason, by, at, case.status, checklist)
    due = due_after(at, rules.clocks.closure_confirmation, rules)
    effects = (
        Ask(Asks.CONFIRM_CLOSURE, Role.TEAM_MANAGER, due=due),
        Due(TimerKind.CLOSURE_CONFIRMATION, due),
        Settle(Asks.LETTER_UNANSWERED, "proposed_for_closure"),
    )
    return Turn(
        replace(case, status=status, closure=closure),
        "case.proposed_for_closure",
        Taken("proposed_for_closure", case.status, status),
        (ProposedForClosure(reason, by),),
        effects,
    )


def blockers(case: Case, at: datetime, rules: CouncilRules) -> tuple[Blocker, ...]:
    """List what stands before the closure that is proposed."""
    closure = case.closure
    if closure is None:
        return ()
    listed = closure.checklist
    planned = closure.reason in PLANNED_ENDS and closure.before != Status.WAITING
    no_contact = closure.reason == R.NO_CONTACT
    answered_by_silence = case.letter and case.letter.state == LetterState.UNANSWERED
    born = {child.id for child in case.children if not child.unborn}
    unvisited = born - set(listed.farewell_visits)
    found = {
        Blocker.HANDOVER_OPEN: case.step_up is not None,
        Blocker.CHILD_UNSEEN: no_contact and bool(unconsulted(case, at, rules)),
        Blocker.WORRIED: case.worried,
        Blocker.REFERRAL_JOINED: (
            case.joined_at is not None and case.joined_at > closure.proposed_at
        ),
        Blocker.LETTER: (
            no_contact
            and rules.no_contact.letter_required
            and not case.post_unsafe
            and not answered_by_silence
        ),
        Blocker.OTHER_ROUTE: (
            no_contact and case.post_unsafe and not listed.other_safe_route_tried
        ),
        Blocker.REVIEW: planned and not listed.review_agreed,
        Blocker.PLAN: planned and not listed.plan_updated,
        Blocker.FAREWELL: planned and bool(unvisited) and not listed.farewell_not_possible,
    }
    return tuple(blocker for blocker, so in found.items() if so)


def confirm_closure(
    case: Case, by: str, roles: frozenset[str], at: datetime, rules: CouncilRules
) -> Turn:
    """Close the case: a manager who did not propose it, with nothing standing before it."""
    status = take(case.standing, "closed", roles)
    if case.closure is None:
        raise ClosureBlocked(blockers=["nothing_proposed"])
    if case.closure.proposed_by == by:
        raise TheirOwnProposal
    if standing := blockers(case, at, rules):
        raise ClosureBlocked(blockers=[str(blocker) for blocker in standing])
    return end(case, Taken("closed", case.status, status), case.closure.proposed_by, by, at)


def refuse_closure(case: Case, roles: frozenset[str]) -> Turn:
    """Keep the case open, where it stood before the proposal."""
    take(case.standing, "kept_open", roles)
    before = case.closure.before if case.closure else Status.ENGAGING
    role, assignee = worker_or_manager(case)
    effects = (
        Stop(TimerKind.CLOSURE_CONFIRMATION),
        Settle(Asks.CONFIRM_CLOSURE, "kept_open"),
        Settle(Asks.CLOSURE_OVERDUE, "kept_open"),
        *(
            (Ask(Asks.LETTER_UNANSWERED, role, assignee=assignee),)
            if before == Status.NO_CONTACT
            else ()
        ),
    )
    return Turn(
        replace(case, status=before, closure=None),
        "case.kept_open",
        Taken("kept_open", case.status, before),
        effects=effects,
    )


def end(case: Case, step: Taken, proposed_by: str, confirmed_by: str, at: datetime) -> Turn:
    """End the case: every timer stops and everything asked is settled."""
    stepped_up = step.may == "handed_over"
    reason = R.STEPPED_UP if stepped_up or case.closure is None else case.closure.reason
    closed = replace(
        case, status=Status.CLOSED, step_up=None, closure=None, closed_at=at, close_reason=reason
    )
    fact = Closed(reason, proposed_by, confirmed_by, at, BROAD.get(reason, B.SUPPORT_ENDED))
    effects: tuple[Effect, ...] = (
        *(Stop(kind) for kind in TimerKind),
        Settle(None, "case_closed"),
    )
    return Turn(closed, f"case.{step.may}", step, (fact,), effects)


def closure_undecided(case: Case) -> Turn | None:
    """Remind the managers that a proposed closure is still undecided."""
    if case.closure is None or not case.is_open:
        return None
    asked = Ask(Asks.CLOSURE_OVERDUE, Role.TEAM_MANAGER)
    return Turn(case, "case.closure_overdue", effects=(asked,))
