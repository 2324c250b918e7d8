"""Makers of cases, referrals and workers with defaults, and the domain's own days."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from chassis.clocks import new_id
from chassis.effects import Ask, Due, Stop
from contracts.codes import ParentsInformed, ReferrerKind
from contracts.referral import ReferralAccepted
from contracts.roles import Role
from councils.rules import CouncilRules, load_councils
from services.allocation.domain.case import Case
from services.allocation.domain.contacting import Contact, Mode, Outcome, record_contact
from services.allocation.domain.opening import open_case
from services.allocation.domain.statuses import Status
from services.allocation.domain.stepping_up import Proposal
from services.allocation.domain.turn import Turn

COUNCILS = load_councils(Path("councils"))
SOUTHEND: CouncilRules = COUNCILS["southend"]
ALONGSIDE = SOUTHEND.model_copy(
    update={"handover": SOUTHEND.handover.model_copy(update={"style": "alongside"})}
)

MONDAY = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
A_DAY = timedelta(days=1)
WORKER, MANAGER, OTHER_MANAGER = "w-debbie", "m-first", "m-second"
PRACTITIONER = frozenset({Role.PRACTITIONER})
TEAM_MANAGER = frozenset({Role.TEAM_MANAGER})
DUTY_MANAGER = frozenset({Role.DUTY_MANAGER})


def an_accepted_referral(**other: Any) -> ReferralAccepted:
    sound: dict[str, Any] = {
        "referral_id": new_id(),
        "family_id": new_id(),
        "pathway": "practitioner_long",
        "pathway_group": "family_support_practitioner",
        "child_ids": (new_id(), new_id()),
        "unborn_ids": (),
        "adult_ids": (new_id(),),
        "received_at": MONDAY,
        "accepted_at": MONDAY,
        "decided_by": "m-duty",
        "team_area": "southend_west",
        "referrer_kind": ReferrerKind.AGENCY,
        "agency_id": new_id(),
    }
    return ReferralAccepted(**(sound | other))


def a_case(status: Status = Status.OPENED, **other: Any) -> Case:
    case = open_case(new_id(), "southend", an_accepted_referral(), MONDAY, SOUTHEND).case
    given: dict[str, Any] = {"status": status}
    if status not in (Status.OPENED, Status.WAITING):
        given |= {"practitioner_id": WORKER, "allocated_at": MONDAY}
    return replace(case, **(given | other))


def a_contact(outcome: Outcome, mode: Mode = Mode.PHONE, **other: Any) -> Contact:
    sound: dict[str, Any] = {"mode": mode, "outcome": outcome, "at": MONDAY, "by": WORKER}
    return Contact(**(sound | other))


def contacted(case: Case, contact: Contact, **other: Any) -> Turn:
    given: dict[str, Any] = {"remote_allowed": True} | other
    return record_contact(case, contact, PRACTITIONER, max(contact.at, MONDAY), SOUTHEND, **given)


def a_family_not_reached() -> Case:
    case = a_case(Status.ALLOCATED)
    for _ in range(3):
        case = contacted(case, a_contact(Outcome.NO_ANSWER)).case
    visit = a_contact(Outcome.NO_ANSWER_OCCUPIED, Mode.UNANNOUNCED_VISIT)
    return contacted(case, visit).case


def a_proposal(**other: Any) -> Proposal:
    sound: dict[str, Any] = {
        "id": new_id(),
        "urgent": False,
        "factors": (),
        "child_ids": (),
        "parents_informed": ParentsInformed.YES,
        "child_goes_home_at": None,
    }
    return Proposal(**(sound | other))


def asked(turn: Turn | None) -> list[str]:
    return [effect.kind for effect in turn.effects if isinstance(effect, Ask)] if turn else []


def dues(turn: Turn, kind: str, about: UUID | str = "") -> list[datetime]:
    return [
        effect.at
        for effect in turn.effects
        if isinstance(effect, Due) and (effect.kind, effect.about) == (kind, str(about))
    ]


def stopped(turn: Turn) -> list[str]:
    return [effect.kind for effect in turn.effects if isinstance(effect, Stop)]
