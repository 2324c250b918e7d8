"""Step-up: the case is locked where it stands, and only a completed handover releases it."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.effects import Ask, Settle
from chassis.facts import Malformed, NotAllowed
from chassis.lives import Taken
from contracts.codes import FactorCode, ParentsInformed
from contracts.roles import Role
from councils.rules import CouncilRules
from services.allocation.domain.case import Case, StepUp
from services.allocation.domain.closing import end
from services.allocation.domain.facts import SteppedUp
from services.allocation.domain.kinds import Asks
from services.allocation.domain.seeing import require_children
from services.allocation.domain.statuses import SYSTEM_ROLES, Status, take
from services.allocation.domain.turn import Effect, Turn, worker_or_manager

SYSTEM_CONFIRMS = "system:handover"


class MoreForThePlannedRoad(Malformed):
    """A planned step-up says why, what was tried, and what each child says (422).

    The urgent road is never held up by a missing answer.
    """

    slug = "planned-step-up-needs-more"
    title = "A step-up that is not urgent needs these first"


class AnotherHandover(NotAllowed):
    """A handover speaks of this case that is not its pending step-up (409)."""

    slug = "not-this-cases-handover"
    title = "This handover does not belong to the case's step-up"


@dataclass(frozen=True)
class Proposal:
    """What a worker proposes, in codes; the words stay in a table and reach no event."""

    id: UUID
    urgent: bool
    factors: tuple[FactorCode, ...]
    child_ids: tuple[UUID, ...]
    parents_informed: ParentsInformed
    child_goes_home_at: datetime | None
    missing: tuple[str, ...] = ()

    def children_of(self, case: Case) -> tuple[UUID, ...]:
        """Give the children it is about: all of the case where none is named."""
        return self.child_ids or tuple(child.id for child in case.children)


def propose_step_up(
    case: Case, proposal: Proposal, by: str, roles: frozenset[str], at: datetime
) -> Turn:
    """Lock the case for a step-up, from whatever it is; without a worker the duty manager owns.

    New harm makes a planned step-up that is pending urgent: nobody waits for its answer.
    """
    may = "made_urgent" if case.step_up and _outruns(proposal, case.step_up) else "stepped_up"
    status = take(case.standing, may, roles)
    if proposal.missing and not proposal.urgent:
        raise MoreForThePlannedRoad(missing=list(proposal.missing))
    require_children(case, proposal.child_ids)
    fact = SteppedUp(
        proposal_id=proposal.id,
        urgent=proposal.urgent,
        factors=proposal.factors,
        child_ids=proposal.children_of(case),
        proposed_by=by,
        parents_informed=proposal.parents_informed,
        child_goes_home_at=proposal.child_goes_home_at,
        proposed_at=at,
    )
    effects: tuple[Effect, ...] = (Settle(Asks.STEP_UP_RETURNED, "proposed_again"),)
    if case.practitioner_id is None:
        effects = (
            *effects,
            Ask(Asks.OWN_STEP_UP, Role.DUTY_MANAGER, urgent=proposal.urgent),
        )
    pending = replace(
        case.step_up or StepUp(proposal.id, by, at),
        id=proposal.id,
        proposed_by=by,
        proposed_at=at,
        urgent=proposal.urgent,
    )
    step = Taken(may, case.standing, status)
    return Turn(replace(case, step_up=pending), f"case.{may}", step, (fact,), effects)


def handover_opened(case: Case, handover_id: UUID) -> Turn | None:
    """Note which handover carries the pending step-up."""
    if case.step_up is None or case.step_up.handover_id is not None:
        return None
    pending = replace(case.step_up, handover_id=handover_id)
    return Turn(replace(case, step_up=pending), "case.handover_opened")


def handover_authorised(case: Case, handover_id: UUID, by: str) -> Turn | None:
    """Note which manager authorised the step-up."""
    if case.step_up is None or not _theirs(case.step_up, handover_id):
        return None
    pending = replace(case.step_up, handover_id=handover_id, authorised_by=by)
    return Turn(replace(case, step_up=pending), "case.handover_authorised")


def planned_one_ended(case: Case, handover_id: UUID, *, urgent: bool) -> Turn | None:
    """Keep the case locked where a planned handover (not `urgent`) ended under our urgent proposal.

    That was still on its way to it, so it opens a handover of its own.
    """
    pending = _theirs_of(case, handover_id)
    if urgent or not pending.urgent:
        return None
    crossed = replace(case, step_up=replace(pending, handover_id=None))
    return Turn(crossed, "case.planned_handover_ended")


def handover_came_back(case: Case, handover_id: UUID, outcome: str) -> Turn:
    """Return the case exactly as it was: declined or taken back changes nothing."""
    take(case.standing, "returned", SYSTEM_ROLES)
    _theirs_of(case, handover_id)
    role, assignee = worker_or_manager(case)
    effects = (
        Settle(Asks.OWN_STEP_UP, outcome),
        Ask(Asks.STEP_UP_RETURNED, Role.TEAM_MANAGER),
        *((Ask(Asks.STEP_UP_RETURNED, role, "worker", assignee=assignee),) if assignee else ()),
    )
    step = Taken("returned", Status.STEP_UP_PENDING, case.status)
    return Turn(replace(case, step_up=None), "case.step_up_returned", step, effects=effects)


def handover_completed(case: Case, handover_id: UUID, at: datetime, rules: CouncilRules) -> Turn:
    """Release the family: closed as stepped up, or kept on beside the new lead."""
    pending = _theirs_of(case, handover_id)
    if rules.handover.style == "transfer":
        status = take(case.standing, "handed_over", SYSTEM_ROLES)
        step = Taken("handed_over", case.standing, status)
        turn = end(case, step, pending.proposed_by, pending.authorised_by or SYSTEM_CONFIRMS, at)
        return replace(turn, effects=(*turn.effects, *_not_told_yet(case, pending)))
    take(case.standing, "kept_beside_the_new_lead", SYSTEM_ROLES)
    step = Taken("kept_beside_the_new_lead", case.standing, case.status)
    beside = replace(case, step_up=None, led_by_care=True)
    effects = (Settle(Asks.OWN_STEP_UP, "completed"),)
    return Turn(beside, "case.kept_beside_the_new_lead", step, effects=effects)


def _outruns(proposal: Proposal, pending: StepUp) -> bool:
    return proposal.urgent and not pending.urgent


def _theirs(step_up: StepUp, handover_id: UUID) -> bool:
    return step_up.handover_id in (None, handover_id)


def _theirs_of(case: Case, handover_id: UUID) -> StepUp:
    if case.step_up is None or not _theirs(case.step_up, handover_id):
        raise AnotherHandover
    return case.step_up


def _not_told_yet(case: Case, pending: StepUp) -> tuple[Effect, ...]:
    """Ask for what came after the proposal to be told: what closes with the case was in no pack."""
    joined = case.joined_at is not None and case.joined_at > pending.proposed_at
    if not (case.worried or joined):
        return ()
    return (Ask(Asks.TELL_SOCIAL_CARE, Role.TEAM_MANAGER, urgent=case.worried),)
