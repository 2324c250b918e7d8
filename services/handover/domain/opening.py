"""Opening a handover from a proposed step-up or a diverted referral; one at a time per origin."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from contracts.allocation import StepUpProposed
from contracts.handover import HandoverOrigin
from contracts.referral import ReferralDiverted
from contracts.roles import Role
from councils.rules import CouncilRules
from services.handover.domain.authorising import ask_to_authorise, decide_authorisation
from services.handover.domain.clocks import urgent_alarm_due
from services.handover.domain.facts import Opened
from services.handover.domain.handover import Handover
from services.handover.domain.sending import begin_sending
from services.handover.domain.statuses import Status
from services.handover.domain.turn import Turn, Who


def open_from_step_up(
    handover_id: UUID, council: str, said: StepUpProposed, at: datetime, rules: CouncilRules
) -> Turn:
    """Open the handover of a case; a manager other than the proposer may have authorised it."""
    handover = Handover(
        id=handover_id,
        council=council,
        family_id=said.family_id,
        origin=HandoverOrigin.CASE,
        origin_id=said.case_id,
        proposal_id=said.proposal_id,
        referral_ids=said.referral_ids,
        child_ids=said.child_ids,
        factors=tuple(factor.value for factor in said.factors),
        urgent=said.urgent,
        status=Status.PROPOSED,
        parents_informed=said.parents_informed,
        child_goes_home_at=said.child_goes_home_at,
        proposed_by=said.proposed_by,
        proposed_at=said.proposed_at,
        opened_at=at,
    )
    turn = _opened(handover, at, rules)
    if said.authorised_by is None or said.authorised_by == said.proposed_by:
        return turn
    manager = Who(said.authorised_by, frozenset({Role.TEAM_MANAGER}))
    return turn.then(decide_authorisation(turn.handover, manager, at, rules))


def open_from_diversion(
    handover_id: UUID, council: str, said: ReferralDiverted, at: datetime, rules: CouncilRules
) -> Turn:
    """Open the handover of a referral that a worker diverted to safeguarding."""
    handover = Handover(
        id=handover_id,
        council=council,
        family_id=said.family_id,
        origin=HandoverOrigin.REFERRAL,
        origin_id=said.referral_id,
        proposal_id=None,
        referral_ids=(said.referral_id,),
        child_ids=said.child_ids,
        factors=(),
        urgent=said.urgent,
        status=Status.PROPOSED,
        parents_informed=said.parents_informed,
        child_goes_home_at=said.child_goes_home_at,
        proposed_by=said.decided_by,
        proposed_at=said.diverted_at,
        opened_at=at,
    )
    return _opened(handover, at, rules)


def _opened(handover: Handover, at: datetime, rules: CouncilRules) -> Turn:
    if handover.urgent:
        alarm = urgent_alarm_due(handover.proposed_at, handover.child_goes_home_at, rules)
        handover = replace(handover, alarm_due=alarm)
    effects = (
        *ask_to_authorise(handover, handover.proposed_at, rules),
        *(begin_sending(handover, at, rules) if handover.urgent else ()),
    )
    return Turn(handover, "handover.opened", facts=(Opened(),), effects=effects)
