"""A case as staff see it: ids, codes and times, who is accountable, and every child's clock."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel

from councils.rules import CouncilRules
from councils.working_time import working_days_between
from services.allocation.domain.case import Case, Child
from services.allocation.domain.closing import blockers
from services.allocation.domain.contacting import still_to_try
from services.allocation.domain.kinds import NOT_SEEN_HINTS
from services.allocation.domain.seeing import not_seen_dues
from services.allocation.domain.statuses import Status
from services.allocation.room import Room
from services.allocation.store.rows import Row, checklist_row


class OwnerShown(BaseModel):
    """Who is accountable for the family now."""

    kind: str
    id: str | None


class ChildShown(BaseModel):
    """A child and its not-seen clock; an unborn child has none yet."""

    id: UUID
    unborn: bool
    last_seen_at: datetime | None
    unseen_since: datetime | None
    unseen_working_days: int
    ask_due: datetime | None
    consult_due: datetime | None
    mash_consulted: bool
    ask_first: tuple[str, ...]

    @classmethod
    def of(cls, child: Child, now: datetime, rules: CouncilRules) -> Self:
        """Show one child's clock as it stands now."""
        since = child.unseen_since
        ask, consult = not_seen_dues(child, rules) or (None, None)
        return cls(
            id=child.id,
            unborn=child.unborn,
            last_seen_at=child.seen_at,
            unseen_since=since,
            unseen_working_days=working_days_between(since, now, rules) if since else 0,
            ask_due=ask,
            consult_due=consult,
            mash_consulted=child.mash_consulted,
            ask_first=NOT_SEEN_HINTS if ask and now >= ask else (),
        )


class NoContactShown(BaseModel):
    """How far the road to a family that does not answer has come."""

    calls_unanswered: int
    visits_unanswered: int
    still_to_try: tuple[str, ...]
    post_unsafe: bool
    letter_id: UUID | None
    letter_state: str | None
    answer_due: datetime | None


class ClosureShown(BaseModel):
    """The proposal to close, and what stands before it."""

    id: UUID
    reason: str
    proposed_by: str
    proposed_at: datetime
    checklist: dict[str, Any]
    blockers: tuple[str, ...]
    risk_question: str


class StepUpShown(BaseModel):
    """The pending step-up."""

    id: UUID
    proposed_by: str
    proposed_at: datetime
    urgent: bool
    handover_id: UUID | None
    authorised_by: str | None


class CaseShown(BaseModel):
    """One case. `status_before` says where it stands beneath a pending step-up."""

    id: UUID
    family_id: UUID
    referral_ids: tuple[UUID, ...]
    status: str
    status_before: str | None
    accountable: bool
    owner: OwnerShown | None
    pathway: str
    area: str
    team: str | None
    complexity: int
    practitioner_id: str | None
    people: int
    adult_ids: tuple[UUID, ...]
    children: tuple[ChildShown, ...]
    accepted_at: datetime
    opened_at: datetime
    allocated_at: datetime | None
    next_review_at: datetime | None
    first_contact_due: datetime | None
    first_contact_at: datetime | None
    no_contact: NoContactShown
    closure: ClosureShown | None
    step_up: StepUpShown | None
    led_by_care: bool
    worries: tuple[str, ...]
    closed_at: datetime | None
    close_reason: str | None


def show(case: Case, room: Room, council: str) -> CaseShown:
    """Show a case as it stands now."""
    rules, now = room.councils[council], room.clock.now()
    owner, step_up = case.owner, case.step_up
    same = set(CaseShown.model_fields) & set(case.__dataclass_fields__)
    told: dict[str, Any] = {name: getattr(case, name) for name in same} | {
        "people": case.people,
        "status": case.standing,
        "status_before": case.status if step_up else None,
        "accountable": case.accountable,
        "owner": OwnerShown(kind=owner.kind, id=owner.id) if owner else None,
        "children": tuple(ChildShown.of(child, now, rules) for child in case.children),
        "no_contact": _no_contact(case, rules),
        "closure": _closure(case, now, rules),
        "step_up": StepUpShown(**vars(step_up)) if step_up else None,
    }
    return CaseShown(**told)


def _no_contact(case: Case, rules: CouncilRules) -> NoContactShown:
    letter = case.letter
    return NoContactShown(
        calls_unanswered=case.calls_unanswered,
        visits_unanswered=case.visits_unanswered,
        still_to_try=still_to_try(case, rules),
        post_unsafe=case.post_unsafe,
        letter_id=letter.id if letter else None,
        letter_state=letter.state if letter else None,
        answer_due=letter.due if letter else None,
    )


def _closure(case: Case, now: datetime, rules: CouncilRules) -> ClosureShown | None:
    closure = case.closure
    if closure is None:
        return None
    return ClosureShown(
        id=closure.id,
        reason=closure.reason,
        proposed_by=closure.proposed_by,
        proposed_at=closure.proposed_at,
        checklist=checklist_row(closure.checklist),
        blockers=tuple(blockers(case, now, rules)),
        risk_question=rules.no_contact.risk_question,
    )


class CaseListed(BaseModel):
    """One line of a list of cases."""

    id: UUID
    family_id: UUID
    status: str
    team: str | None
    practitioner_id: str | None
    pathway: str
    people: int
    opened_at: datetime
    next_review_at: datetime | None
    first_contact_due: datetime | None
    worries: tuple[str, ...]

    @classmethod
    def of(cls, row: Row) -> Self:
        """Show a row; a step-up that is pending hides the status beneath."""
        told = {name: row[name] for name in cls.model_fields}
        return cls(**told | ({"status": Status.STEP_UP_PENDING} if row["step_up_id"] else {}))
