"""What others tell us about a family in hand: danger, worry, withdrawal. A person acts on it."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from chassis.effects import Ask, Settle
from contracts.roles import Role
from councils.clocks import WorkingDays
from councils.rules import CouncilRules
from councils.working_time import due_after
from services.allocation.domain.case import Case
from services.allocation.domain.kinds import Asks, RiskAbout
from services.allocation.domain.turn import Effect, Turn


class HaveYouSeen(StrEnum):
    """A referrer's answer to "have you seen each child since?"; worry blocks a closure."""

    YES = "yes"
    NO = "no"
    WORRIED = "worried"


ANSWERED = {
    RiskAbout.DANGER: (Asks.DANGER, Asks.DANGER_TO_WORKER),
    RiskAbout.WORRY: (Asks.REFERRER_WORRIED,),
    RiskAbout.AGREEMENT: (Asks.AGREEMENT_WITHDRAWN,),
    RiskAbout.DIVERSION: (Asks.DIVERTED,),
}


def danger_reported(case: Case) -> Turn:
    """Tell the worker and the manager at once; a closed family's danger goes to duty."""
    if not case.is_open:
        asked = Ask(Asks.DANGER_AFTER_CLOSURE, Role.DUTY_MANAGER, urgent=True, anew=True)
        return Turn(case, "case.danger_reported", effects=(asked,))
    effects: list[Effect] = [Ask(Asks.DANGER, Role.TEAM_MANAGER, urgent=True, anew=True)]
    if case.practitioner_id:
        effects.append(
            Ask(
                Asks.DANGER_TO_WORKER,
                Role.PRACTITIONER,
                urgent=True,
                assignee=case.practitioner_id,
                anew=True,
            )
        )
    return Turn(_worried(case, RiskAbout.DANGER), "case.danger_reported", effects=tuple(effects))


def other_referral_diverted(case: Case, referral_id: UUID) -> Turn:
    """Tell the manager that another referral of the family went to safeguarding.

    Social care may be about to take the family over, so nobody closes the case unaware of it.
    """
    asked = Ask(Asks.DIVERTED, Role.TEAM_MANAGER, about=str(referral_id), urgent=True)
    worried = _worried(case, RiskAbout.DIVERSION)
    return Turn(worried, "case.other_referral_diverted", effects=(asked,))


def agreement_withdrawn(case: Case, person_id: UUID, at: datetime, rules: CouncilRules) -> Turn:
    """Ask the manager the risk question; one adult's leaving closes nothing by itself (E3.4)."""
    due = due_after(at, WorkingDays(1), rules)
    asked = Ask(Asks.AGREEMENT_WITHDRAWN, Role.TEAM_MANAGER, about=str(person_id), due=due)
    return Turn(case, "case.agreement_withdrawn", effects=(asked,))


def referrer_answered(case: Case, referral_id: UUID, answer: HaveYouSeen) -> Turn:
    """Record what a referrer says about having seen the children; it resets no clock."""
    if answer != HaveYouSeen.WORRIED:
        return Turn(case, "case.referrer_answered")
    asked = Ask(Asks.REFERRER_WORRIED, Role.TEAM_MANAGER, about=str(referral_id), urgent=True)
    return Turn(_worried(case, RiskAbout.WORRY), "case.referrer_answered", effects=(asked,))


def risk_answered(case: Case, about: RiskAbout) -> Turn:
    """Take a manager's answer to one risk question; each other worry still waits for its own."""
    settled = tuple(Settle(kind, "answered") for kind in ANSWERED[about])
    left = tuple(worry for worry in case.worries if worry != about)
    return Turn(replace(case, worries=left), "case.risk_answered", effects=settled)


def _worried(case: Case, about: RiskAbout) -> Case:
    return replace(case, worries=tuple(dict.fromkeys((*case.worries, about))))
