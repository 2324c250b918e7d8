"""Debbie's families in Southend, and one that could not wait."""

from deploy.day import families
from deploy.day.cast import Day
from deploy.day.stories import roads

COUNCIL = "southend"


async def reviewed_and_closed(day: Day) -> None:
    """The review at nine: everybody is pleased, the children are seen once more, it ends."""
    day.timeline.story("1 · The review at nine: needs met")
    receipt = await day.refer("needs met", "Oak Lane School", families.REVIEWED)
    case = await roads.to_a_practitioner(
        day, COUNCIL, receipt["referral_id"], "practitioner_long", "southend_east"
    )
    await roads.visit(day, case, "visits the family and sees both children")
    await roads.visit(day, case, "says farewell to the children")
    await roads.close(
        day, case, "needs_met", review_agreed=True, plan_updated=True, farewell_visits=case.children
    )


async def nobody_answers(day: Day) -> roads.Case:
    """Calls, then the unannounced visit, then the letter, which begins the ten days."""
    day.timeline.story("2 · Somebody seems to be at home, and nobody opens")
    receipt = await day.refer("no contact", "Oak Lane School", families.NOBODY_ANSWERS)
    case = await roads.to_a_practitioner(
        day, COUNCIL, receipt["referral_id"], "practitioner_short", "southend_east"
    )
    for _ in range(3):
        await roads.nobody_there(day, case, "phone", "no_answer", "calls; no answer")
    await roads.nobody_there(
        day, case, "unannounced_visit", "no_answer_occupied", "visits unannounced; no answer"
    )
    practitioner = await day.who(COUNCIL, "practitioner")
    await practitioner.post("allocation", f"{case.path}/no-contact-letter")
    await day.timeline.act("The practitioner", "asks for the letter: please reach us in ten days")
    return case


async def ten_days_later(day: Day, case: roads.Case) -> None:
    """The timer proposes; a person consults the MASH, answers the risk question and confirms."""
    day.timeline.story("2 · Ten days later: still nobody")
    manager = await day.who(COUNCIL, "team manager")
    consultation = {
        "consulted_with": "The adviser of the day",
        "advice": "Close, and tell the school",
    }
    await manager.post("allocation", f"{case.path}/mash-consultation", consultation)
    await day.timeline.act("The team manager", "consults the MASH: the children are still unseen")
    await roads.close(day, case, "no_contact")


async def not_well_at_home(day: Day) -> None:
    """What a child said at lunch: a step-up, authorised, received, visited, completed."""
    day.timeline.story("3 · What a child said at lunch: step-up")
    receipt = await day.refer("step-up", "Oak Lane School", families.NOT_WELL_AT_HOME)
    case = await roads.to_a_practitioner(
        day, COUNCIL, receipt["referral_id"], "practitioner_long", "southend_east"
    )
    await roads.visit(day, case, "meets the child at school, at lunch", mode="school")
    handover = await roads.step_up(day, case)
    await roads.authorise(day, COUNCIL, handover)
    await roads.received_by_social_care(day, COUNCIL, handover)
    await roads.approve_wording(day, COUNCIL, receipt["referral_id"])
    await roads.visited_and_completed(day, COUNCIL, handover)


async def with_grandparents(day: Day) -> None:
    """A family held for long: it stays open until what follows is in place."""
    day.timeline.story("4 · The grandparents: support goes on")
    receipt = await day.refer("goes on", "Oak Lane School", families.WITH_GRANDPARENTS)
    case = await roads.to_a_practitioner(
        day, COUNCIL, receipt["referral_id"], "practitioner_long", "southend_east"
    )
    await roads.visit(day, case, "calls by video and sees the child", mode="video")


async def newly_moved(day: Day) -> None:
    """A restricted address, and a partner whose webhook is down: it hears by e-mail."""
    day.timeline.story("5 · New in Southend: a restricted address")
    agency = day.agencies["Harbour Domestic Abuse Service"]
    mode = f"/partners/{agency.id}/mode"
    await day.hub.simulate("POST", mode, json={"mode": "gone"})
    receipt = await day.refer("moved", "Harbour Domestic Abuse Service", families.NEWLY_MOVED)
    case = await roads.to_a_practitioner(
        day, COUNCIL, receipt["referral_id"], "practitioner_long", "southend_central"
    )
    await roads.visit(day, case, "visits; the children tell her what they would like")


async def in_danger(day: Day) -> None:
    """Not whole and not late: accepted, alarmed, diverted, and stopped by a person's word alone."""
    day.timeline.story("6 · A child in danger: the urgent road")
    receipt = await day.refer("danger", "Estuary Police", families.IN_DANGER)
    again = await (await day.system_of("Estuary Police")).post(
        "referral", "/referrals", families.IN_DANGER
    )
    if again["referral_id"] != receipt["referral_id"]:
        raise AssertionError("a repeat got another receipt")
    await day.timeline.act("Estuary Police", "sends it again: the first receipt, and an alarm")
    duty = await day.who(COUNCIL, "duty")
    path = f"/referrals/{receipt['referral_id']}"
    diversion = {
        "reason": "A child says that he was hurt this morning",
        "urgent": True,
        "parents_informed": "not_yet_on_advice",
    }
    await duty.post("referral", f"{path}/diversion", diversion)
    await day.timeline.act("The duty worker", "diverts it; the handover is sent at once")
    handover = await day.handover_of(COUNCIL, receipt["referral_id"])
    await roads.authorise(day, COUNCIL, handover)
    await roads.received_by_social_care(day, COUNCIL, handover)
    await roads.approve_wording(day, COUNCIL, receipt["referral_id"])
    await roads.visited_and_completed(day, COUNCIL, handover)
