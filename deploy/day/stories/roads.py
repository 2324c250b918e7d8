"""The roads that the stories share: to a case with a practitioner, to closure, to social care."""

from dataclasses import dataclass

from deploy.day.cast import PEOPLE, Day


@dataclass(frozen=True)
class Case:
    """A case with a practitioner, and whose it is."""

    council: str
    referral_id: str
    id: str
    children: list[str]
    adults: list[str]

    @property
    def path(self) -> str:
        """Give its path in allocation."""
        return f"/cases/{self.id}"


async def screen(day: Day, council: str, referral_id: str, adult: str) -> None:
    """The duty worker takes the referral up and speaks to the family."""
    duty = await day.who(council, "duty")
    path = f"/referrals/{referral_id}"
    await duty.post("referral", f"{path}/screening", {})
    contact = {"mode": "phone", "person_id": adult, "outcome": "heard_not_seen"}
    await duty.post("referral", f"{path}/family-contacts", contact)
    await day.timeline.act("The duty worker", "screens it and speaks to the family")


async def to_a_practitioner(
    day: Day, council: str, referral_id: str, pathway: str, area: str
) -> Case:
    """Screened, accepted on a pathway, a case opened and a practitioner allocated."""
    children, adults = await day.people(council, referral_id)
    await screen(day, council, referral_id, adults[0])
    manager = await day.who(council, "duty manager")
    decision = {
        "decision": "accepted",
        "pathway": pathway,
        "level": 3,
        "reason": "Several needs that belong together",
        "unmet_need": "Somebody who visits the family at home",
        "team_area": area,
    }
    await manager.post("referral", f"/referrals/{referral_id}/decision", decision)
    await day.timeline.act("The duty manager", f"decides: {pathway.replace('_', ' ')}")
    case = Case(council, referral_id, await day.case_of(council, referral_id), children, adults)
    team_manager = await day.who(council, "team manager")
    practitioner = PEOPLE[council]["practitioner"][1]
    await team_manager.post(
        "allocation", f"{case.path}/allocation", {"practitioner_id": practitioner}
    )
    await day.timeline.act("The team manager", "allocates a practitioner within the limits")
    return case


async def visit(day: Day, case: Case, what: str, mode: str = "visit") -> None:
    """The practitioner meets the family and sees every child."""
    practitioner = await day.who(case.council, "practitioner")
    body = {"mode": mode, "outcome": "seen", "children_seen": case.children}
    await practitioner.post("allocation", f"{case.path}/contacts", body)
    await day.timeline.act("The practitioner", what)


async def nobody_there(day: Day, case: Case, mode: str, outcome: str, what: str) -> None:
    """The practitioner tries to reach the family and does not."""
    practitioner = await day.who(case.council, "practitioner")
    body = {"mode": mode, "outcome": outcome, "children_seen": []}
    await practitioner.post("allocation", f"{case.path}/contacts", body)
    await day.timeline.act("The practitioner", what)


async def close(day: Day, case: Case, reason: str, **checklist: object) -> None:
    """Proposed by the practitioner, confirmed by the manager."""
    practitioner = await day.who(case.council, "practitioner")
    manager = await day.who(case.council, "team manager")
    await practitioner.post(
        "allocation", f"{case.path}/closure", {"reason": reason, "checklist": checklist}
    )
    await day.timeline.act("The practitioner", f"proposes to close: {reason.replace('_', ' ')}")
    risk = {"risk_answer": "Nothing known that makes it unsafe"}
    await manager.post("allocation", f"{case.path}/closure/confirmation", risk)
    await day.timeline.act("The team manager", "answers the risk question and confirms")


async def step_up(day: Day, case: Case, *, urgent: bool = False) -> str:
    """Proposed by the practitioner after speaking to her manager; give the handover's id."""
    from deploy.day.families import CHILDS_WORDS  # noqa: PLC0415 - the one place that says them

    practitioner = await day.who(case.council, "practitioner")
    body = {
        "urgent": urgent,
        "reason": "Little has changed at home despite the support",
        "factors": ["1B", "16A", "18C"],
        "tried": "Timetables, decluttering, sessions at school",
        "child_views": [{"child_id": child, "words": CHILDS_WORDS} for child in case.children],
        "manager_consulted": {
            "manager_id": PEOPLE[case.council]["team manager"][1],
            "at": await day.hub.field_time(),
        },
        "parents_informed": "yes",
        "affected_children": case.children,
    }
    await practitioner.post("allocation", f"{case.path}/step-up", body)
    await day.timeline.act("The practitioner", "speaks to her manager and proposes a step-up")
    return await day.handover_of(case.council, case.id)


async def authorise(day: Day, council: str, handover: str) -> None:
    """A manager who is another person authorises it, and it is sent."""
    manager = await day.who(council, "team manager")
    await manager.post("handover", f"/handovers/{handover}/authorisation")
    await day.timeline.act("The team manager", "authorises the handover; it is sent")


async def received_by_social_care(day: Day, council: str, handover: str) -> None:
    """A social worker acknowledges by name, and a practice supervisor accepts."""
    worker = await day.who(council, "social worker")
    await worker.post("handover", f"/handovers/{handover}/acknowledgement")
    await day.timeline.act("A social worker", "acknowledges it by name")
    supervisor = await day.who(council, "practice supervisor")
    await supervisor.post("handover", f"/handovers/{handover}/acceptance")
    await day.timeline.act("A practice supervisor", "accepts it")


async def visited_and_completed(day: Day, council: str, handover: str) -> None:
    """The joint visit is recorded, the receiving worker is named, and it is complete."""
    worker = await day.who(council, "social worker")
    path = f"/handovers/{handover}"
    on = (await day.hub.field_time())[:10]
    await worker.post("handover", f"{path}/visit-booking", {"on": on})
    await worker.post("handover", f"{path}/visit", {"joint": True, "on": on})
    await worker.post("handover", f"{path}/completion", {"receiving_worker": "care-helen"})
    await day.timeline.act("The social worker", "visits with the practitioner and takes over")


async def approve_wording(day: Day, council: str, referral_id: str) -> list[str]:
    """A worker approves what was held; give the ids of what may now be told."""
    approved: list[str] = []
    manager = await day.who(council, "duty manager")
    found = await manager.get("notifications", "/notifications", referral_id=referral_id)
    rows = found if isinstance(found, list) else next(iter(found.values()))
    for row in rows:
        if row["status"] == "held":
            path = f"/notifications/{row['id']}/approval"
            await manager.post("notifications", path)
            approved.append(row["id"])
    await day.timeline.act("The duty manager", "approves what the referrer may be told")
    return approved
