"""What other rooms say releases the front door, closes a referral, or brings it back."""

from typing import Any
from uuid import UUID

import pytest

from chassis.clocks import new_id, wall_now
from chassis.lives import StepNotAllowed
from contracts.allocation import CaseOpened, ReferralJoinedCase
from contracts.envelope import Envelope, Message
from contracts.handover import HandoverCompleted, HandoverDeclined, HandoverOrigin
from contracts.notifications import (
    Channel,
    Milestone,
    MilestoneSuppressed,
    MilestoneTold,
    MilestoneUnsettled,
)
from services.referral.bus import handlers
from tests.making.front_door import FrontDoor
from tests.making.referrals import a_referral

pytestmark = pytest.mark.postgres

DECISION = {
    "level": 3,
    "reason": "An invented reason.",
    "unmet_need": "An invented need.",
    "family_not_contacted_because": "An invented reason.",
}
ACCEPTED = DECISION | {
    "decision": "accepted",
    "pathway": "practitioner_short",
    "team_area": "southend_west",
}


async def hear(door: FrontDoor, message: Message) -> None:
    envelope = Envelope(
        id=new_id(),
        source="/kinbridge/elsewhere",
        type=message.TYPE,
        subject=message.subject,
        time=wall_now(),
        council="southend",
        sequence=1,
    )
    async with door.room.engine.begin() as conn:
        await handlers(door.room)[type(message)](conn, envelope, message)


async def decided(
    door: FrontDoor, agency: dict[str, str], decision: dict[str, Any]
) -> dict[str, UUID]:
    sent = await door.client.post("/referrals", json=a_referral(), headers=agency)
    path = f"/referrals/{sent.json()['referral_id']}"
    await door.client.post(f"{path}/screening", json={}, headers=door.as_worker())
    answer = await door.client.post(f"{path}/decision", json=decision, headers=door.as_manager())
    assert answer.status_code == 200, answer.text
    return {name: UUID(answer.json()[name]) for name in ("referral_id", "family_id")}


async def diverted(door: FrontDoor) -> dict[str, UUID]:
    sent = await door.client.post("/referrals", json=a_referral(), headers=await door.as_agency())
    answer = await door.client.post(
        f"/referrals/{sent.json()['referral_id']}/diversion",
        json={"reason": "An invented danger.", "urgent": True},
        headers=door.as_worker(),
    )
    return {name: UUID(answer.json()[name]) for name in ("referral_id", "family_id")}


def about_handover(ids: dict[str, UUID]) -> dict[str, Any]:
    return {
        "handover_id": new_id(),
        "family_id": ids["family_id"],
        "origin": HandoverOrigin.REFERRAL,
        "origin_id": ids["referral_id"],
        "referral_ids": (ids["referral_id"],),
        "urgent": True,
    }


async def state(door: FrontDoor, ids: dict[str, UUID]) -> dict[str, Any]:
    path = f"/referrals/{ids['referral_id']}"
    found: dict[str, Any] = (await door.client.get(path, headers=door.as_worker())).json()
    return found


async def outward(door: FrontDoor, agency: dict[str, str], ids: dict[str, UUID]) -> str:
    answer = await door.client.get(f"/referrals/{ids['referral_id']}", headers=agency)
    return str(answer.json()["status"])


def told(ids: dict[str, UUID], milestone: Milestone) -> MilestoneTold:
    more = {"channel": Channel.WEBHOOK, "told_at": wall_now()}
    return MilestoneTold(**ids, notification_id=new_id(), milestone=milestone, **more)


async def test_the_front_door_answers_for_the_family_until_a_case_does(door: FrontDoor) -> None:
    agency = await door.as_agency()
    ids = await decided(door, agency, ACCEPTED)
    assert await outward(door, agency, ids) == "being_looked_at"
    await hear(door, told(ids, Milestone.RECEIVED))
    assert (await state(door, ids))["status"] == "decided"
    await hear(door, told(ids, Milestone.ACCEPTED))
    assert (await state(door, ids))["status"] == "closed"
    assert (await state(door, ids))["accountable"] is True
    case = {"case_id": new_id(), "family_id": ids["family_id"]}
    opened = CaseOpened(
        **case, referral_ids=(ids["referral_id"],), pathway="practitioner_short", team=None
    )
    await hear(door, opened)
    assert (await state(door, ids))["accountable"] is False
    assert await outward(door, agency, ids) == "accepted"
    assert (await door.said(ids["referral_id"]))[-1]["body"]["outcome"] == "accepted"


async def test_a_referral_that_joined_work_in_hand_says_so_and_no_more(door: FrontDoor) -> None:
    agency = await door.as_agency()
    ids = await decided(door, agency, ACCEPTED)
    joined = ReferralJoinedCase(
        case_id=new_id(),
        family_id=ids["family_id"],
        referral_ids=(ids["referral_id"],),
        referral_id=ids["referral_id"],
    )
    await hear(door, joined)
    await hear(door, told(ids, Milestone.ADDED_TO_WORK_IN_HAND))
    assert await outward(door, agency, ids) == "added_to_work_in_hand"
    found = await state(door, ids)
    assert (found["outcome"], found["accountable"]) == ("added_to_work_in_hand", False)


async def test_a_notice_that_another_took_the_place_of_closes_nothing(door: FrontDoor) -> None:
    ids = await decided(door, await door.as_agency(), ACCEPTED)
    overtaken = MilestoneSuppressed(
        **ids, notification_id=new_id(), milestone=Milestone.ACCEPTED, reason="superseded"
    )
    await hear(door, overtaken)
    assert (await state(door, ids))["status"] == "decided"
    await hear(door, told(ids, Milestone.ADDED_TO_WORK_IN_HAND))
    assert (await state(door, ids))["status"] == "closed"


async def test_a_signposted_referral_closes_when_its_notice_is_settled(door: FrontDoor) -> None:
    agency = await door.as_agency()
    ids = await decided(door, agency, DECISION | {"decision": "signposted"})
    await hear(
        door,
        MilestoneUnsettled(**ids, notification_id=new_id(), milestone=Milestone.SIGNPOSTED),
    )
    assert (await state(door, ids))["unsettled"] == "signposted"
    suppressed = MilestoneSuppressed(
        **ids, notification_id=new_id(), milestone=Milestone.SIGNPOSTED, reason="not_entitled"
    )
    await hear(door, suppressed)
    found = await state(door, ids)
    assert (found["status"], found["accountable"], found["unsettled"]) == ("closed", False, None)
    assert await outward(door, agency, ids) == "answered"


async def test_only_a_completed_handover_releases_a_diverted_family(door: FrontDoor) -> None:
    ids = await diverted(door)
    assert (await state(door, ids))["accountable"] is True
    await hear(door, HandoverCompleted(**about_handover(ids), completed_at=wall_now()))
    found = await state(door, ids)
    assert (found["status"], found["outcome"]) == ("closed", "diverted")
    assert found["accountable"] is False


async def test_a_declined_handover_brings_the_family_back_to_the_desk(door: FrontDoor) -> None:
    ids = await diverted(door)
    await hear(door, HandoverDeclined(**about_handover(ids), reason="threshold_not_met"))
    found = await state(door, ids)
    assert (found["status"], found["accountable"]) == ("screening", True)
    assert "diverted_to_safeguarding" not in await door.asked(ids["referral_id"])
    asked = (await door.asked(ids["referral_id"]))["handover_declined"]
    assert (asked["role"], asked["urgent"]) == ("duty_manager", True)
    running = await door.rows("SELECT kind FROM timers WHERE ended_at IS NULL")
    assert [row["kind"] for row in running] == ["decision"]


async def test_a_handover_of_what_was_never_diverted_is_not_believed(door: FrontDoor) -> None:
    ids = await decided(door, await door.as_agency(), ACCEPTED)
    with pytest.raises(StepNotAllowed):
        await hear(door, HandoverDeclined(**about_handover(ids), reason="other"))
