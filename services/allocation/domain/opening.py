"""Opening a case from an accepted referral, or joining the referral to the work in hand."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from contracts.referral import ReferralAccepted
from contracts.roles import Role
from councils.rules import CouncilRules, UnknownCode
from councils.working_time import due_after
from services.allocation.domain.case import Case, Child
from services.allocation.domain.facts import Joined, Opened
from services.allocation.domain.kinds import Asks, TimerKind
from services.allocation.domain.seeing import clocks_of
from services.allocation.domain.statuses import Status
from services.allocation.domain.turn import Ask, Due, Turn, worker_or_manager

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
        children=_children(accepted.child_ids, accepted),
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
    """Join a further referral: new people are added, and known children keep their clocks."""
    known = {child.id for child in case.children}
    new = _children((each for each in accepted.child_ids if each not in known), accepted)
    joined = replace(
        case,
        referral_ids=(*case.referral_ids, accepted.referral_id),
        children=(*case.children, *new),
        adult_ids=tuple(dict.fromkeys((*case.adult_ids, *accepted.adult_ids))),
        joined_at=at,
    )
    role, assignee = worker_or_manager(case)
    about = str(accepted.referral_id)
    effects = (
        Ask(Asks.READ_NEW_REFERRAL, role, about=about, assignee=assignee),
        *clocks_of(new, rules),
    )
    return Turn(joined, "case.joined", facts=(Joined(accepted.referral_id),), effects=effects)


def _children(ids: Iterable[UUID], accepted: ReferralAccepted) -> tuple[Child, ...]:
    return tuple(Child(id=each, counts_from=accepted.received_at) for each in dict.fromkeys(ids))


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
