"""Proposing a step-up; the words in it are stored here and reach no message."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from chassis.clocks import new_id
from chassis.web.moments import Moment
from contracts.codes import FactorCode, ParentsInformed
from services.allocation.domain.stepping_up import Proposal
from services.allocation.http.doors import Body, StaffId, TheAsking, Words, Worker
from services.allocation.http.shown import CaseShown
from services.allocation.room import TheRoom
from services.allocation.use_cases.step_up import step_up

router = APIRouter(tags=["step-up"])
Informed = Literal[ParentsInformed.YES, ParentsInformed.NO, ParentsInformed.NOT_YET_ON_ADVICE]
FACTORS = frozenset(FactorCode.known()) - {FactorCode.NO_FACTORS}


class ChildView(Body):
    """A child's own words as said, or why the child was not heard."""

    child_id: UUID
    words: Words | None = None
    why_not: Words | None = None


class Consulted(Body):
    """The manager whom the worker spoke to first (S30)."""

    manager_id: StaffId
    at: Moment
    advice: Words | None = None


class StepUpProposal(Body):
    """A step-up. An urgent one is taken however incomplete; a planned one says everything."""

    urgent: bool
    reason: Words
    factors: Annotated[tuple[FactorCode, ...], Field(max_length=40)] = ()
    affected_children: Annotated[tuple[UUID, ...], Field(max_length=50)] = ()
    tried: Words | None = None
    child_views: Annotated[tuple[ChildView, ...], Field(max_length=50)] = ()
    manager_consulted: Consulted | None = None
    parents_informed: Informed = ParentsInformed.NOT_YET_ON_ADVICE
    parents_informed_why: Words | None = None
    parents_view: Words | None = None
    others_in_home: Words | None = None
    child_goes_home_at: Moment | None = None

    def missing(self) -> tuple[str, ...]:
        """Name what a planned step-up still needs."""
        heard = {view.child_id for view in self.child_views if view.words or view.why_not}
        needed = {
            "factors": bool(set(self.factors) & FACTORS),
            "tried": bool(self.tried),
            "child_views": bool(heard) and heard >= set(self.affected_children),
            "manager_consulted": self.manager_consulted is not None,
            "parents_informed_why": (
                self.parents_informed == ParentsInformed.YES or bool(self.parents_informed_why)
            ),
        }
        return tuple(name for name, there in needed.items() if not there)

    def words(self) -> dict[str, Any]:
        """Give the columns that hold people's words."""
        consulted = self.manager_consulted
        return {
            "reason": self.reason,
            "tried": self.tried,
            "child_views": [view.model_dump(mode="json") for view in self.child_views],
            "manager_consulted": consulted.model_dump(mode="json") if consulted else None,
            "parents_informed_why": self.parents_informed_why,
            "parents_view": self.parents_view,
            "others_in_home": self.others_in_home,
        }


@router.post("/cases/{case_id}/step-up", summary="Propose a step-up to children's social care")
async def propose(
    room: TheRoom, actor: Worker, case_id: UUID, body: StepUpProposal, asking: TheAsking
) -> CaseShown:
    """Lock the case for a step-up from wherever it stands; only handover releases it."""
    proposal = Proposal(
        id=new_id(),
        urgent=body.urgent,
        factors=tuple(f for f in dict.fromkeys(body.factors) if f in FACTORS),
        child_ids=tuple(dict.fromkeys(body.affected_children)),
        parents_informed=ParentsInformed(body.parents_informed),
        child_goes_home_at=body.child_goes_home_at,
        missing=body.missing(),
    )
    return await asking.do(
        actor,
        lambda conn: step_up(conn, room, actor, case_id, proposal, words=body.words()),
    )
