"""Opening a case from an accepted referral, or joining the referral to the work in hand."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from chassis.effects import Ask, Due
from contracts.referral import ReferralAccepted
from contracts.roles import Role
from councils.rules import CouncilRules, UnknownCode
from councils.working_time import due_after
from services.allocation.domain.case import Case, Child
from services.allocation.domain.facts import Joined, Opened
from services.allocation.domain.kinds import Asks, TimerKind
from services.allocation.domain.seeing import clocks_of
from services.allocation.domain.statuses import Status
from services.allocation.domain.turn import Turn, worker_or_manager

TARGETED, EARLY_HELP = 3, 2
"""Levels of need; a pathway that needs an assessment is taken as targeted until a manager says."""


def open_case(
    case_id: UUID, council: str, accepted: ReferralAccepted, at: datetime, rules: CouncilRules
) -> Turn:
    """Open a case: it goes to a team's queue before any worker, and its clocks begin."""
    case = Case(
        id=case_id,
        council=council,
        family_id=accepted.family_id,
        status=Status.OPENED,
        referral_ids=(accepted.referral_id,),
        children=_children(accepted),
        adult_ids=tuple(dict.fromkeys(accepted.adult_ids)),
        pathway=accepted.pathway,
        pathway_group=accepted.pathway_group,
        area=accepted.team_area,
        team=_only_team(accepted.team_area, rules),
        complexity=_first_guess(accepted.pathway, rules),
        accepted_at=accepted.accepted_at,
        opened_at=at,
    )
    due = due_after(accepted.accepted_at, rules.clocks.allocation, rules)
    effects = (
        Due(TimerKind.ALLOCATION, due),
        Due(TimerKind.OPEN_CASE_ALERT, due_after(at, rules.clocks.open_case_alert, rules)),
        Ask(Asks.ALLOCATE, Role.TEAM_MANAGER, due=due),
        *clocks_of(case.children, rules),
    )
    return Turn(case, "case.opened", facts=(Opened(),), effects=effects)


def join_case(case: Case, accepted: ReferralAccepted, at: datetime, rules: CouncilRules) -> Turn:
    """Join a further referral: new people are added, and known children keep their clocks.

    A child who was not born when the case opened, and is now, gets its clock.
    """
    told = {child.id: child for child in _children(accepted)}
    known = tuple(told.get(one.id, one) if one.unborn else one for one in case.children)
    children = (*known, *(one for one in told.values() if case.child(one.id) is None))
    begun = tuple(child for child in children if child not in case.children)
    joined = replace(
        case,
        referral_ids=(*case.referral_ids, accepted.referral_id),
        children=children,
        adult_ids=tuple(dict.fromkeys((*case.adult_ids, *accepted.adult_ids))),
        joined_at=at,
    )
    role, assignee = worker_or_manager(case)
    about = str(accepted.referral_id)
    effects = (
        Ask(Asks.READ_NEW_REFERRAL, role, about=about, assignee=assignee),
        *clocks_of(begun, rules),
    )
    return Turn(joined, "case.joined", facts=(Joined(accepted.referral_id),), effects=effects)


def _children(accepted: ReferralAccepted) -> tuple[Child, ...]:
    unborn = frozenset(accepted.unborn_ids)
    return tuple(
        Child(id=each, counts_from=None if each in unborn else accepted.received_at)
        for each in dict.fromkeys(accepted.child_ids)
    )


def _only_team(area: str, rules: CouncilRules) -> str | None:
    """Give the area's team where there is no choice; between two, a manager chooses (S46)."""
    try:
        teams = rules.teams_of(area)
    except UnknownCode:
        return None
    return teams[0].code if len(teams) == 1 else None


def _first_guess(pathway: str, rules: CouncilRules) -> int:
    try:
        return TARGETED if rules.pathway(pathway).needs_assessment else EARLY_HELP
    except UnknownCode:
        return TARGETED
