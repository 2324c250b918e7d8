"""A step-up over the bus and back: locked, returned unchanged, or released by completion alone."""

from typing import Any
from uuid import UUID

import pytest

from chassis.clocks import new_id
from contracts import handover as heard
from contracts.referral import ReferralAccepted
from tests.services.allocation.made import MONDAY
from tests.services.allocation.team_room import TeamRoom, alongside

pytestmark = pytest.mark.postgres

CHILDS_WORDS = "I had no dinner last night."
PLANNED: dict[str, Any] = {
    "urgent": False,
    "reason": "Little has changed.",
    "factors": ["16A", "18C"],
    "tried": "Sessions and reviews.",
    "parents_informed": "not_yet_on_advice",
    "parents_informed_why": "On the advice of the duty social worker.",
    "manager_consulted": {"manager_id": "m-first", "at": MONDAY.isoformat()},
}


def planned(accepted: ReferralAccepted, **other: Any) -> dict[str, Any]:
    child = str(accepted.child_ids[0])
    views = [{"child_id": child, "words": CHILDS_WORDS}]
    return PLANNED | {"affected_children": [child], "child_views": views} | other


class Handover:
    def __init__(self, case_id: UUID, accepted: ReferralAccepted) -> None:
        self.about: dict[str, Any] = {
            "handover_id": new_id(),
            "family_id": accepted.family_id,
            "origin": heard.HandoverOrigin.CASE,
            "origin_id": case_id,
            "referral_ids": (accepted.referral_id,),
            "urgent": False,
        }

    def says(self, kind: type[heard.HandoverMessage], **more: Any) -> heard.HandoverMessage:
        return kind(**self.about, **more)

    def declined(self) -> heard.HandoverMessage:
        reason = heard.DeclinedReason.THRESHOLD_NOT_MET
        return self.says(heard.HandoverDeclined, reason=reason)

    def completed(self) -> heard.HandoverMessage:
        return self.says(heard.HandoverCompleted, completed_at=MONDAY)


async def a_step_up(team: TeamRoom) -> tuple[UUID, ReferralAccepted, Handover]:
    case_id, accepted = await team.an_allocated_case()
    answer = await team.ask("POST", f"/cases/{case_id}/step-up", planned(accepted))
    assert answer.status_code == 200, answer.text
    handover = Handover(case_id, accepted)
    await team.hear(handover.says(heard.HandoverOpened))
    return case_id, accepted, handover


async def the_case(team: TeamRoom, case_id: UUID) -> Any:
    return (await team.manager("GET", f"/cases/{case_id}")).json()


async def test_the_proposal_locks_the_case_and_its_message_is_thin(team: TeamRoom) -> None:
    case_id, accepted, handover = await a_step_up(team)
    case = await the_case(team, case_id)
    assert (case["status"], case["status_before"]) == ("step_up_pending", "allocated")
    assert case["step_up"]["handover_id"] == str(handover.about["handover_id"])
    assert case["owner"] == {"kind": "practitioner", "id": "w-debbie"}
    said = next(one for one in await team.said() if one["type"].endswith("step-up-proposed.v1"))
    assert said["body"]["factors"] == ["16A", "18C"]
    assert said["body"]["child_ids"] == [str(accepted.child_ids[0])]
    assert CHILDS_WORDS not in str(await team.said())
    assert "Little has changed" not in str(await team.said())


async def test_a_decline_returns_the_case_as_it_was(team: TeamRoom) -> None:
    case_id, _ = await team.an_allocated_case()
    before = await the_case(team, case_id)
    _, accepted = case_id, before
    urgent = {"urgent": True, "reason": "Worse today."}
    await team.ask("POST", f"/cases/{case_id}/step-up", urgent)
    family = await team.rows("SELECT family_id FROM cases")
    referral = ReferralLike(UUID(accepted["referral_ids"][0]), family[0]["family_id"])
    handover = Handover(case_id, referral)  # type: ignore[arg-type]
    handover.about["urgent"] = True
    await team.hear(handover.says(heard.HandoverOpened), handover.declined())
    assert await the_case(team, case_id) == before
    assert "step_up_came_back" in await team.prompts()
    again = await team.ask("POST", f"/cases/{case_id}/step-up", urgent)
    assert again.json()["status"] == "step_up_pending"


class ReferralLike:
    def __init__(self, referral_id: UUID, family_id: UUID) -> None:
        self.referral_id, self.family_id = referral_id, family_id


async def test_nothing_closes_the_case_meanwhile(team: TeamRoom) -> None:
    case_id, _, _ = await a_step_up(team)
    proposal = await team.ask("POST", f"/cases/{case_id}/closure", {"reason": "family_withdrew"})
    assert proposal.status_code == 409
    assert proposal.json()["detail"].startswith("A case that is step up pending cannot be")
    body = {"risk_answer": "No."}
    confirmed = await team.manager("POST", f"/cases/{case_id}/closure/confirmation", body)
    assert confirmed.status_code == 409


async def test_completion_closes_the_case_as_stepped_up(team: TeamRoom) -> None:
    case_id, _, handover = await a_step_up(team)
    authorised = handover.says(heard.HandoverAuthorised, authorised_by="m-first")
    await team.hear(authorised, handover.completed(), handover.completed())
    case = await the_case(team, case_id)
    assert (case["status"], case["close_reason"]) == ("closed", "stepped_up")
    assert case["owner"] is None
    closed = [one for one in await team.said() if one["type"].endswith("case.closed.v1")]
    assert len(closed) == 1
    assert closed[0]["body"]["confirmed_by"] == "m-first"
    assert closed[0]["body"]["broad_reason"] == "support_ended"
    assert await team.parked() == []


async def test_completion_keeps_the_worker_on_where_families_are_led_together(
    team: TeamRoom,
) -> None:
    team = alongside(team)
    case_id, _, handover = await a_step_up(team)
    await team.hear(handover.completed())
    case = await the_case(team, case_id)
    assert (case["status"], case["practitioner_id"]) == ("allocated", "w-debbie")
    assert (case["accountable"], case["owner"]["kind"]) == (False, "social_care")


async def test_a_completion_after_a_decline_is_put_before_a_person(team: TeamRoom) -> None:
    case_id, _, handover = await a_step_up(team)
    await team.hear(handover.declined(), handover.completed())
    assert await team.parked() == ["not-this-cases-handover"]
    assert (await the_case(team, case_id))["status"] == "allocated"


async def test_a_late_word_of_an_old_handover_does_not_touch_the_new_one(team: TeamRoom) -> None:
    case_id, accepted, old = await a_step_up(team)
    await team.hear(old.declined())
    await team.ask("POST", f"/cases/{case_id}/step-up", planned(accepted))
    await team.hear(old.declined())
    assert (await the_case(team, case_id))["status"] == "step_up_pending"
    new = Handover(case_id, accepted)
    await team.hear(new.says(heard.HandoverOpened), new.completed())
    assert (await the_case(team, case_id))["status"] == "closed"


async def test_a_handover_of_a_referral_is_none_of_ours(team: TeamRoom) -> None:
    case_id, accepted, _ = await a_step_up(team)
    other = Handover(case_id, accepted)
    other.about["origin"] = heard.HandoverOrigin.REFERRAL
    await team.hear(other.completed())
    assert (await the_case(team, case_id))["status"] == "step_up_pending"


async def test_a_planned_step_up_names_what_it_still_needs(team: TeamRoom) -> None:
    case_id, _ = await team.an_allocated_case()
    body = {"urgent": False, "reason": "Little has changed.", "factors": ["21"]}
    refused = await team.ask("POST", f"/cases/{case_id}/step-up", body)
    assert refused.status_code == 422
    assert refused.json()["missing"] == [
        "factors",
        "tried",
        "child_views",
        "manager_consulted",
        "parents_informed_why",
    ]
    assert CHILDS_WORDS not in refused.text


async def test_a_waiting_family_steps_up_owned_by_the_duty_manager(team: TeamRoom) -> None:
    case_id, _ = await team.a_case()
    await team.manager("POST", f"/cases/{case_id}/waiting", {})
    body = {"urgent": True, "reason": "New harm reported."}
    case = (
        await team.ask("POST", f"/cases/{case_id}/step-up", body, who="m-duty", role="duty_manager")
    ).json()
    assert (case["status"], case["status_before"]) == ("step_up_pending", "waiting")
    assert case["owner"]["kind"] == "duty_manager"
    assert "duty_manager_owns_step_up" in await team.prompts()


async def test_handover_fetches_the_words_with_its_purpose_and_is_audited(team: TeamRoom) -> None:
    case_id, accepted, _ = await a_step_up(team)
    path = f"/internal/southend/cases/{case_id}/detail"
    pack = (await team.as_service("handover", path, "handover_pack")).json()
    assert pack["step_up"]["child_views"][0]["words"] == CHILDS_WORDS
    assert pack["step_up"]["manager_consulted"]["manager_id"] == "m-first"
    assert [child["child_id"] for child in pack["children"]] == [
        str(child) for child in accepted.child_ids
    ]
    rows = await team.rows("SELECT actor, purpose FROM audit WHERE action = 'case.detail_given'")
    assert [(row["actor"], row["purpose"]) for row in rows] == [("handover", "handover_pack")]


@pytest.mark.parametrize(
    ("client", "purpose", "status"),
    [
        ("notifications", "handover_pack", 403),
        ("handover", "milestone_detail", 403),
        ("handover", "anything", 403),
        ("referral", "handover_pack", 403),
    ],
)
async def test_no_service_fetches_for_a_purpose_that_is_not_its_own(
    team: TeamRoom, client: str, purpose: str, status: int
) -> None:
    case_id, _ = await team.a_case()
    path = f"/internal/southend/cases/{case_id}/detail"
    assert (await team.as_service(client, path, purpose)).status_code == status


async def test_the_council_in_the_path_must_be_the_cases_own(team: TeamRoom) -> None:
    case_id, _, _ = await a_step_up(team)
    for council in ("west-sussex", "atlantis"):
        path = f"/internal/{council}/cases/{case_id}/detail"
        assert (await team.as_service("handover", path, "handover_pack")).status_code == 404


async def test_a_milestones_few_facts_and_the_workers_phone_only_if_the_family_agreed(
    team: TeamRoom,
) -> None:
    case_id, _ = await team.an_allocated_case()
    path = f"/internal/southend/cases/{case_id}/detail"
    told = (await team.as_service("notifications", path, "milestone_detail")).json()
    assert told == {
        "practitioner_contact": "01632 960123",
        "team_name": "Early Help West",
        "due_date": "2026-11-09",
    }
    async with team.room.engine.begin() as conn:
        await conn.exec_driver_sql("UPDATE agreements SET agreed = false")
    told = (await team.as_service("notifications", path, "milestone_detail")).json()
    assert told["practitioner_contact"] is None


async def test_staff_do_not_pass_the_services_door(team: TeamRoom) -> None:
    case_id, _ = await team.a_case()
    path = f"/internal/southend/cases/{case_id}/detail"
    headers = {"Kinbridge-Purpose": "handover_pack"}
    assert (await team.ask("GET", path, role="team_manager", **headers)).status_code == 403


async def test_new_harm_goes_by_the_urgent_road_though_a_planned_step_up_is_pending(
    team: TeamRoom,
) -> None:
    case_id, _, handover = await a_step_up(team)
    urgent = {"urgent": True, "reason": "He was hurt this morning."}
    answer = await team.ask("POST", f"/cases/{case_id}/step-up", urgent)
    assert answer.status_code == 200, answer.text
    assert answer.json()["step_up"]["handover_id"] == str(handover.about["handover_id"])
    said = [one["body"] for one in await team.said() if "step-up-proposed" in one["type"]]
    assert [one["urgent"] for one in said] == [False, True]
    path = f"/internal/southend/cases/{case_id}/detail"
    pack = (await team.as_service("handover", path, "handover_pack")).json()
    assert pack["step_up"]["reason"] == "He was hurt this morning."
    (before,) = pack["planned_before_it_was_urgent"]
    assert before["child_views"][0]["words"] == CHILDS_WORDS
    handover.about["urgent"] = True
    await team.hear(handover.declined())
    assert (await the_case(team, case_id))["status"] == "allocated"
    rows = await team.rows("SELECT outcome FROM step_ups ORDER BY id")
    assert [row["outcome"] for row in rows] == ["made_urgent", "declined"]


async def test_a_decline_that_crosses_the_urgent_proposal_leaves_the_case_locked(
    team: TeamRoom,
) -> None:
    case_id, accepted, planned_one = await a_step_up(team)
    urgent = {"urgent": True, "reason": "He was hurt this morning."}
    await team.ask("POST", f"/cases/{case_id}/step-up", urgent)
    await team.hear(planned_one.declined())
    assert (await the_case(team, case_id))["status"] == "step_up_pending"
    urgent_one = Handover(case_id, accepted)
    urgent_one.about["urgent"] = True
    await team.hear(urgent_one.says(heard.HandoverOpened), urgent_one.completed())
    assert (await the_case(team, case_id))["status"] == "closed"
    assert await team.parked() == []
