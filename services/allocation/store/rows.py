"""A case as it lies in its tables, and back: nothing else knows the columns of both."""

from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from contracts.allocation import ClosureReason
from services.allocation.domain.case import (
    Case,
    Checklist,
    Child,
    Closure,
    Letter,
    LetterState,
    StepUp,
)
from services.allocation.domain.kinds import RiskAbout
from services.allocation.domain.statuses import Status

Row = RowMapping
APART = frozenset({"referral_ids", "children", "letter", "closure", "step_up"})
PLAIN = tuple(f.name for f in fields(Case) if f.name not in APART)


def case_row(case: Case) -> dict[str, Any]:
    """Give the row of a case."""
    letter = case.letter
    return {name: getattr(case, name) for name in PLAIN} | {
        "adult_ids": list(case.adult_ids),
        "worries": list(case.worries),
        "people": case.people,
        "letter_id": letter.id if letter else None,
        "letter_state": letter.state if letter else None,
        "letter_due": letter.due if letter else None,
        "closure_id": case.closure.id if case.closure else None,
        "step_up_id": case.step_up.id if case.step_up else None,
    }


def child_row(case: Case, place: int, child: Child) -> dict[str, Any]:
    """Give the row of a child's clock."""
    told = {"child_id": child.id, "counts_from": child.counts_from, "seen_at": child.seen_at}
    return {
        "council": case.council,
        "case_id": case.id,
        "place": place,
        "consulted_at": child.consulted_at,
        **told,
    }


def referral_row(case: Case, place: int, referral_id: UUID) -> dict[str, Any]:
    """Give the row that ties a referral to its case."""
    return {
        "council": case.council,
        "referral_id": referral_id,
        "case_id": case.id,
        "place": place,
    }


def case_of(
    row: Row,
    referral_ids: Iterable[UUID],
    children: Iterable[Row],
    closure: Row | None,
    step_up: Row | None,
) -> Case:
    """Make the case of its rows."""
    plain: dict[str, Any] = {name: row[name] for name in PLAIN}
    plain |= {
        "status": Status(row["status"]),
        "adult_ids": tuple(row["adult_ids"]),
        "worries": tuple(RiskAbout(each) for each in row["worries"]),
        "close_reason": ClosureReason(row["close_reason"]) if row["close_reason"] else None,
    }
    return Case(
        **plain,
        referral_ids=tuple(referral_ids),
        children=tuple(_child(each) for each in children),
        letter=_letter(row),
        closure=_closure(closure) if closure else None,
        step_up=_step_up(step_up) if step_up else None,
    )


def _child(row: Row) -> Child:
    return Child(row["child_id"], row["counts_from"], row["seen_at"], row["consulted_at"])


def _letter(row: Row) -> Letter | None:
    if row["letter_id"] is None:
        return None
    return Letter(row["letter_id"], LetterState(row["letter_state"]), row["letter_due"])


def checklist_row(checklist: Checklist) -> dict[str, Any]:
    """Give a checklist as JSON."""
    return asdict(checklist) | {"farewell_visits": [str(i) for i in checklist.farewell_visits]}


def _closure(row: Row) -> Closure:
    ticked = dict(row["checklist"])
    visits = tuple(UUID(each) for each in ticked.pop("farewell_visits", ()))
    return Closure(
        id=row["id"],
        reason=ClosureReason(row["reason"]),
        proposed_by=row["by"],
        proposed_at=row["at"],
        before=Status(row["before"]),
        checklist=Checklist(**ticked, farewell_visits=visits),
    )


def _step_up(row: Row) -> StepUp:
    return StepUp(
        row["id"], row["by"], row["at"], row["urgent"], row["handover_id"], row["authorised_by"]
    )
