"""A further proposal for a handover on its way: an urgent one makes the planned handover urgent."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from chassis.effects import Ask, Settle, Stop
from contracts.allocation import StepUpProposed
from contracts.referral import ReferralDiverted
from contracts.roles import Role
from councils.rules import CouncilRules
from services.handover.domain.authorising import ask_to_authorise
from services.handover.domain.clocks import ring, urgent_alarm_due
from services.handover.domain.handover import Handover
from services.handover.domain.kinds import AcknowledgedHow, Asks, TimerKind
from services.handover.domain.sending import begin_sending
from services.handover.domain.statuses import TAKEN_ON, By
from services.handover.domain.turn import Effect, SendPack, Turn, Who, stepped

PROPOSAL = Who("handover.further-proposal", frozenset({By.PROPOSAL}))
NOBODY_KNOWS: dict[str, Any] = {
    "acknowledged_at": None,
    "acknowledged_by": None,
    "acknowledged_how": None,
}


def proposed_again(
    handover: Handover, said: StepUpProposed | ReferralDiverted, at: datetime, rules: CouncilRules
) -> Turn:
    """Bring a further proposal for the same origin to both managers; a second handover never opens.

    An urgent one makes a planned handover urgent, and goes at once: until a named person says that
    they have it the alarm runs, whoever had the planned one. Who took the family on is rung.
    """
    asks = tuple(
        Ask(Asks.PROPOSED_AGAIN, role, about=role, urgent=said.urgent)
        for role in (Role.TEAM_MANAGER, Role.DUTY_MANAGER)
    )
    if not said.urgent or handover.urgent:
        return Turn(handover, "handover.proposed-again", effects=asks)
    latest = _with(handover, said)
    alarm = urgent_alarm_due(proposed_at(said), latest.child_goes_home_at, rules)
    if handover.status in TAKEN_ON:
        urgent, step = stepped(latest, "made_urgent", PROPOSAL, urgent=True, **_known_by(handover))
        effects: tuple[Effect, ...] = (SendPack(), ring(urgent, at, rules))
    else:
        urgent, step = stepped(
            latest, "made_urgent", PROPOSAL, urgent=True, alarm_due=alarm, **NOBODY_KNOWS
        )
        effects = (
            Stop(TimerKind.DECISION),
            Settle(Asks.DECIDE, "made_urgent"),
            Settle(Asks.DECISION_OVERDUE, "made_urgent"),
            *begin_sending(urgent, at, rules),
        )
    if urgent.authorised_by is None:
        effects = (*effects, *ask_to_authorise(urgent, proposed_at(said), rules))
    return Turn(urgent, "handover.made-urgent", (step,), effects=(*asks, *effects))


def proposed_at(said: StepUpProposed | ReferralDiverted) -> datetime:
    """Tell when a worker proposed what a message says."""
    return said.proposed_at if isinstance(said, StepUpProposed) else said.diverted_at


def _with(handover: Handover, said: StepUpProposed | ReferralDiverted) -> Handover:
    """Add what a further proposal says; whom an authorised one was proposed by stays on record."""
    latest = replace(
        handover,
        child_ids=tuple(dict.fromkeys((*handover.child_ids, *said.child_ids))),
        parents_informed=said.parents_informed,
        child_goes_home_at=said.child_goes_home_at or handover.child_goes_home_at,
    )
    if isinstance(said, ReferralDiverted):
        return latest
    factors = (*handover.factors, *(factor.value for factor in said.factors))
    return replace(
        latest,
        proposal_id=said.proposal_id,
        referral_ids=tuple(dict.fromkeys((*handover.referral_ids, *said.referral_ids))),
        factors=tuple(dict.fromkeys(factors)),
        proposed_by=handover.proposed_by if handover.authorised_by else said.proposed_by,
    )


def _known_by(handover: Handover) -> dict[str, Any]:
    """Tell who knows of a handover that was taken on: where a system acknowledged, who decided."""
    if handover.a_person_knows:
        return {}
    return {"acknowledged_by": handover.decided_by, "acknowledged_how": AcknowledgedHow.PERSON}
