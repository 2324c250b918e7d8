"""POST /referrals, and what is added later: the front door itself."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response

from services.referral.domain.receipt import Added, Receipt
from services.referral.http.described import body_of
from services.referral.http.doors import Adding, Submitting
from services.referral.intake.form import AdditionForm, IntakeForm
from services.referral.room import TheRoom
from services.referral.use_cases.add_information import add_information
from services.referral.use_cases.submit_referral import submit_referral

router = APIRouter(tags=["referrals"])

WHY = (
    "Hardly anything is required; where a danger question is answered yes, nothing is: what can "
    "be read is kept, the rest is listed as missing, and the duty desk is alarmed at once."
)
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="Your own key. An agency_reference in the body goes before it. A referral "
        "without either, and without danger, is known again by its words for a day.",
    ),
]


@router.post(
    "/referrals",
    status_code=201,
    summary="Refer a family to early help",
    responses={200: {"model": Receipt, "description": "It came before: its first receipt."}},
    openapi_extra=body_of(IntakeForm, WHY),
)
async def submit(
    request: Request, response: Response, room: TheRoom, actor: Submitting, key: Key = None
) -> Receipt:
    """Take a referral in. In an emergency ring 999: this is no emergency service.

    Sent again under the same reference, it gets its first receipt; with another body, 409.
    """
    kept = await submit_referral(room, actor, await request.body(), key)
    response.status_code = 200 if kept.again else 201
    response.headers["Location"] = f"/referrals/{kept.answer['referral_id']}"
    return Receipt.model_validate(kept.answer)


@router.post(
    "/referrals/{referral_id}/additional-information",
    status_code=201,
    summary="Add to a referral",
    responses={200: {"model": Added, "description": "It came before: its first receipt."}},
    openapi_extra=body_of(AdditionForm, "As at intake: where danger is answered yes, no field is."),
)
async def add(
    request: Request,
    response: Response,
    room: TheRoom,
    actor: Adding,
    referral_id: UUID,
    *,
    key: Key = None,
) -> Added:
    """Add to a referral at any time. In an emergency ring 999: this is no emergency service."""
    kept = await add_information(room, actor, referral_id, await request.body(), key)
    response.status_code = 200 if kept.again else 201
    return Added.model_validate(kept.answer)
