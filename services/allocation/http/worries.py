"""A manager's answers to risk questions, and a referrer's answer to whether children were seen."""

from uuid import UUID

from fastapi import APIRouter

from services.allocation.domain.kinds import RiskAbout
from services.allocation.domain.worries import HaveYouSeen
from services.allocation.http.doors import Body, Manager, TheAsking, Words, Worker
from services.allocation.http.shown import CaseShown
from services.allocation.room import TheRoom
from services.allocation.use_cases.answer_worry import answer_for_referrer, answer_risk

router = APIRouter(tags=["worries"])


class RiskAnswer(Body):
    """What a manager answers, and about what."""

    about: RiskAbout
    answer: Words


class ReferrerAnswer(Body):
    """What a referrer said when asked whether each child has been seen since."""

    referral_id: UUID
    answer: HaveYouSeen


@router.post("/cases/{case_id}/risk-answers", summary="Answer a risk question")
async def answer(
    room: TheRoom, actor: Manager, case_id: UUID, body: RiskAnswer, asking: TheAsking
) -> CaseShown:
    """Answer about danger, a worry or a withdrawal; the prompt is settled with it."""
    return await asking.do(
        actor,
        lambda conn: answer_risk(conn, room, actor, case_id, about=body.about, answer=body.answer),
    )


@router.post("/cases/{case_id}/referrer-answers", summary="Record a referrer's answer")
async def referrer(
    room: TheRoom, actor: Worker, case_id: UUID, body: ReferrerAnswer, asking: TheAsking
) -> CaseShown:
    """Record it; "worried" blocks a closure until a manager has answered."""
    return await asking.do(
        actor,
        lambda conn: answer_for_referrer(
            conn, room, actor, case_id, referral_id=body.referral_id, answer=body.answer
        ),
    )
