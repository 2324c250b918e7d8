"""Allison's families in Chichester."""

from deploy.day import families
from deploy.day.cast import Day
from deploy.day.stories import roads

COUNCIL = "west-sussex"


async def safety_plan_kept(day: Day) -> None:
    """Social care declines: the case goes on, unchanged."""
    day.timeline.story("7 · Chichester: social care declines, the work goes on")
    receipt = await day.refer("declined", "Downs Primary School", families.SAFETY_PLAN_KEPT)
    case = await roads.to_a_practitioner(
        day, COUNCIL, receipt["referral_id"], "key_worker", "chichester"
    )
    await roads.visit(day, case, "visits; the safety plan is gone through")
    handover = await roads.step_up(day, case)
    await roads.authorise(day, COUNCIL, handover)
    worker = await day.who(COUNCIL, "social worker")
    await worker.post("handover", f"/handovers/{handover}/acknowledgement")
    supervisor = await day.who(COUNCIL, "practice supervisor")
    decline = {"reason": "threshold_not_met"}
    await supervisor.post("handover", f"/handovers/{handover}/decline", decline)
    await day.timeline.act("A practice supervisor", "declines: below threshold")


async def shown_elsewhere(day: Day) -> None:
    """Asked for a form, shown where to find help with it."""
    day.timeline.story("8 · Chichester: shown to other help")
    receipt = await day.refer("signposted", "Downs Primary School", families.SHOWN_ELSEWHERE)
    _, adults = await day.people(COUNCIL, receipt["referral_id"])
    await roads.screen(day, COUNCIL, receipt["referral_id"], adults[0])
    manager = await day.who(COUNCIL, "duty manager")
    decision = {
        "decision": "signposted",
        "level": 1,
        "reason": "The community hub helps with forms",
    }
    await manager.post("referral", f"/referrals/{receipt['referral_id']}/decision", decision)
    await day.timeline.act("The duty manager", "decides: signposted, and says how to challenge it")


async def rung_by_a_grandmother(day: Day) -> None:
    """A relative rings the desk; what she may hear is little, and she is never named."""
    day.timeline.story("9 · Chichester: a grandmother rings the desk")
    duty = await day.who(COUNCIL, "duty")
    body = families.sent(families.RUNG_BY_GRANDMOTHER)
    receipt = await duty.post("referral", "/referrals", body, expect=201)
    day.keep("relative", COUNCIL, receipt)
    await day.timeline.act("The duty worker", f"keys the call: {receipt['reference']}")
    case = await roads.to_a_practitioner(
        day, COUNCIL, receipt["referral_id"], "key_worker", "chichester"
    )
    await roads.visit(day, case, "visits; the child shows his drawings")
    said = await roads.approve_wording(day, COUNCIL, receipt["referral_id"])
    for notification in said:
        path = f"/notifications/{notification}/told-by-phone"
        await duty.post("notifications", path, {"outcome": "told"})
    await day.timeline.act("The duty worker", "rings her back: thank you, it was considered")
