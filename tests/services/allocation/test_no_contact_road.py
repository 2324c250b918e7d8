"""From unanswered calls to a person's decision, through HTTP, messages and durable timers."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from chassis.clocks import new_id
from chassis.prompts import prompts
from contracts.notifications import LetterDispatched, LetterNotSent, LetterNotSentReason
from contracts.referral import ChildBorn, DangerOccasion, DangerReported, ReferralAccepted
from tests.services.allocation.made import A_DAY, MONDAY
from tests.services.allocation.team_room import TeamRoom

pytestmark = pytest.mark.postgres


def dispatched(case_id: UUID, accepted: ReferralAccepted, letter_id: UUID) -> LetterDispatched:
    return LetterDispatched(
        referral_id=accepted.referral_id,
        family_id=accepted.family_id,
        letter_id=letter_id,
        case_id=case_id,
        dispatched_at=MONDAY,
    )


async def a_letter(team: TeamRoom) -> tuple[UUID, ReferralAccepted, UUID]:
    case_id, accepted = await team.a_family_not_reached()
    team.referral.letter_person_id = accepted.adult_ids[0]
    answer = await team.ask("POST", f"/cases/{case_id}/no-contact-letter")
    assert answer.status_code == 200, answer.text
    return case_id, accepted, UUID(answer.json()["no_contact"]["letter_id"])


async def the_case(team: TeamRoom, case_id: UUID) -> Any:
    return (await team.manager("GET", f"/cases/{case_id}")).json()


async def test_the_ten_days_begin_with_dispatch_and_end_by_asking_a_person(team: TeamRoom) -> None:
    case_id, accepted, letter_id = await a_letter(team)
    assert (await the_case(team, case_id))["no_contact"]["answer_due"] is None
    await team.hear(dispatched(case_id, accepted, letter_id))
    due = (await the_case(team, case_id))["no_contact"]["answer_due"]
    assert due == "2026-11-12T17:30:00Z"
    await team.move_to(datetime(2026, 11, 12, 17, 29, tzinfo=UTC))
    assert "no-contact-expired" not in await team.words()
    await team.move_to(datetime(2026, 11, 12, 17, 31, tzinfo=UTC))
    assert (await team.words()).count("no-contact-expired") == 1
    assert "decide_after_letter_unanswered" in await team.prompts()
    assert (await the_case(team, case_id))["status"] == "no_contact"
    said = (await team.said())[-1]["body"]
    assert UUID(said["letter_id"]) == letter_id


async def test_no_letter_goes_to_an_unsafe_address_and_the_childrens_clocks_run_on(
    team: TeamRoom,
) -> None:
    case_id, accepted = await team.a_family_not_reached()
    team.referral.post, team.referral.letter_person_id = False, accepted.adult_ids[0]
    case = (await team.ask("POST", f"/cases/{case_id}/no-contact-letter")).json()
    assert case["no_contact"]["post_unsafe"]
    assert case["no_contact"]["letter_id"] is None
    assert "no-contact-letter-requested" not in await team.words()
    assert "find_another_safe_route" in await team.prompts()
    await team.move_to(MONDAY + 20 * A_DAY)
    prompts = await team.prompts()
    assert prompts.count("consult_mash_about_unseen_child") == 2


async def test_a_verified_answer_cancels_the_days(team: TeamRoom) -> None:
    case_id, accepted, letter_id = await a_letter(team)
    await team.hear(dispatched(case_id, accepted, letter_id))
    body = {
        "mode": "phone",
        "outcome": "spoke_to_adult",
        "verified_adult_id": str(accepted.adult_ids[0]),
    }
    case = (await team.ask("POST", f"/cases/{case_id}/contacts", body)).json()
    assert (case["status"], case["no_contact"]["letter_state"]) == ("engaging", "answered")
    await team.move_to(MONDAY + 30 * A_DAY)
    assert "no-contact-expired" not in await team.words()


async def test_a_letter_that_did_not_go_starts_no_days(team: TeamRoom) -> None:
    case_id, accepted, letter_id = await a_letter(team)
    unsent = LetterNotSent(
        referral_id=accepted.referral_id,
        family_id=accepted.family_id,
        letter_id=letter_id,
        case_id=case_id,
        reason=LetterNotSentReason.NO_ADDRESS,
    )
    await team.hear(unsent)
    assert "find_another_safe_route" in await team.prompts()
    await team.move_to(MONDAY + 30 * A_DAY)
    assert "no-contact-expired" not in await team.words()


async def test_a_letter_for_a_case_that_is_not_here_yet_waits(team: TeamRoom) -> None:
    _, accepted = await team.a_case()
    unknown = new_id()
    await team.hear(dispatched(unknown, accepted, new_id()))
    waiting = await team.rows("SELECT fact, reason FROM parked")
    assert [(row["fact"], row["reason"]) for row in waiting] == [
        (f"case:{unknown}", "waits-for-fact")
    ]


async def test_no_contact_closes_by_a_person_after_the_mash_was_consulted(team: TeamRoom) -> None:
    case_id, accepted, letter_id = await a_letter(team)
    await team.hear(dispatched(case_id, accepted, letter_id))
    await team.move_to(MONDAY + 15 * A_DAY)
    proposed = await team.ask("POST", f"/cases/{case_id}/closure", {"reason": "no_contact"})
    blockers = proposed.json()["closure"]["blockers"]
    assert blockers == ["child_unseen_without_mash_consultation"]
    path, body = f"/cases/{case_id}/closure/confirmation", {"risk_answer": "Discussed."}
    refused = await team.manager("POST", path, body)
    assert (refused.status_code, refused.json()["blockers"]) == (409, blockers)
    consulted = {"consulted_with": "Duty social worker", "advice": "Close and tell the school."}
    await team.ask("POST", f"/cases/{case_id}/mash-consultation", consulted)
    closed = await team.manager("POST", path, body)
    assert closed.json()["close_reason"] == "no_contact"
    assert (await team.said())[-1]["body"]["broad_reason"] == "no_contact"


async def test_each_child_is_seen_on_its_own_and_its_prompts_settle(team: TeamRoom) -> None:
    case_id, accepted = await team.an_allocated_case()
    await team.move_to(MONDAY + 8 * A_DAY)
    ask = "ask_school_health_visitor_or_domestic_abuse_worker_about_child"
    assert (await team.prompts()).count(ask) == 2
    body = {
        "child_id": str(accepted.child_ids[0]),
        "seen_by_role": "school",
        "seen_by_name": "A teacher, invented",
        "at": (MONDAY + 7 * A_DAY).isoformat(),
    }
    case = (await team.ask("POST", f"/cases/{case_id}/seen", body)).json()
    assert (await team.prompts()).count(ask) == 1
    seen, unseen = case["children"]
    assert seen["last_seen_at"] == "2026-11-09T10:00:00Z"
    assert (unseen["last_seen_at"], unseen["unseen_working_days"]) == (None, 6)
    assert unseen["ask_first"] == ["school", "health_visitor", "domestic_abuse_worker"]
    said = (await team.said())[-1]
    assert said["body"]["seen_by"] == "school"
    assert "invented" not in str(said)


async def test_an_unseen_child_is_asked_about_again_and_again(team: TeamRoom) -> None:
    await team.a_case(child_ids=(new_id(),))
    settle = "UPDATE prompts SET settled_at = now() WHERE settled_at IS NULL"
    for days in (21, 29, 37):
        await team.move_to(MONDAY + days * A_DAY)
        assert "consult_mash_about_unseen_child" in await team.prompts()
        async with team.room.engine.begin() as conn:
            await conn.exec_driver_sql(settle)


async def test_nobody_is_asked_about_a_child_before_its_birth(team: TeamRoom) -> None:
    child = new_id()
    case_id, accepted = await team.a_case(child_ids=(child,), unborn_ids=(child,))
    await team.move_to(MONDAY + 30 * A_DAY)
    assert "consult_mash_about_unseen_child" not in await team.prompts()
    (shown,) = (await the_case(team, case_id))["children"]
    assert (shown["unborn"], shown["unseen_since"], shown["ask_due"]) == (True, None, None)
    born = ChildBorn(
        referral_id=accepted.referral_id,
        family_id=accepted.family_id,
        child_id=child,
        recorded_at=MONDAY + 30 * A_DAY,
    )
    await team.hear(born)
    await team.move_to(MONDAY + 50 * A_DAY)
    assert "consult_mash_about_unseen_child" in await team.prompts()


async def test_danger_reaches_worker_and_manager_and_blocks_the_end(team: TeamRoom) -> None:
    case_id, accepted = await team.an_allocated_case()
    await team.ask("POST", f"/cases/{case_id}/closure", {"reason": "family_withdrew"})
    danger = DangerReported(
        referral_id=new_id(),
        family_id=accepted.family_id,
        reported_at=MONDAY,
        occasion=DangerOccasion.INTAKE,
    )
    await team.hear(danger)
    urgent = await team.rows(
        "SELECT kind, role, assignee FROM prompts WHERE urgent AND settled_at IS NULL ORDER BY kind"
    )
    assert [(r["kind"], r["role"], r["assignee"]) for r in urgent] == [
        ("danger_reported", "team_manager", None),
        ("danger_reported_to_worker", "practitioner", "w-debbie"),
    ]
    async with team.room.engine.begin() as conn:
        await conn.execute(update(prompts).values(taken_at=MONDAY, taken_by="w-somebody"))
    await team.hear(danger)
    taken = await team.rows("SELECT id FROM prompts WHERE urgent AND taken_at IS NOT NULL")
    assert taken == []
    path, body = f"/cases/{case_id}/closure/confirmation", {"risk_answer": "No."}
    refused = await team.manager("POST", path, body)
    assert refused.json()["blockers"] == ["worry_not_answered"]
    answered = {"about": "danger_reported", "answer": "Visited today with police."}
    await team.manager("POST", f"/cases/{case_id}/risk-answers", answered)
    assert (await team.manager("POST", path, body)).json()["status"] == "closed"


async def test_the_contact_route_is_asked_anew_and_audited(team: TeamRoom) -> None:
    case_id, _ = await team.an_allocated_case()
    route = (await team.ask("GET", f"/cases/{case_id}/contact-route")).json()
    assert route["modes"]["post"] is True
    assert route["modes"]["text"] is False
    assert await team.rows("SELECT id FROM audit WHERE action = 'case.route_read'")


async def test_a_video_call_is_no_visit_to_a_home_that_somebody_is_concerned_about(
    team: TeamRoom,
) -> None:
    case_id, accepted = await team.an_allocated_case()
    team.referral.remote = False
    path, child = f"/cases/{case_id}/contacts", str(accepted.child_ids[0])
    seen = {"mode": "video", "outcome": "seen", "children_seen": [child]}
    refused = await team.ask("POST", path, seen)
    assert refused.status_code == 409
    assert refused.json()["type"].endswith("home-must-be-visited")
    assert "child-seen" not in await team.words()
    team.referral.asked.clear()
    assert (await team.ask("POST", path, seen | {"mode": "visit"})).status_code == 200
    assert team.referral.asked == []
    team.referral.remote = True
    assert (await team.ask("POST", path, seen)).status_code == 200


async def test_a_contact_recorded_later_tells_both_when_it_was_and_when_it_was_written(
    team: TeamRoom,
) -> None:
    case_id, _ = await team.an_allocated_case()
    await team.move_to(MONDAY + A_DAY)
    body = {"mode": "phone", "outcome": "no_answer", "at": MONDAY.isoformat()}
    assert (await team.ask("POST", f"/cases/{case_id}/contacts", body)).status_code == 200
    (row,) = await team.rows("SELECT made_at, at FROM contacts")
    assert row["made_at"] == MONDAY
    assert row["at"] >= MONDAY + A_DAY


async def test_every_step_towards_the_letter_is_in_the_history(team: TeamRoom) -> None:
    await a_letter(team)
    steps = await team.rows("SELECT may FROM history ORDER BY id")
    assert [row["may"] for row in steps] == ["allocated", "not_reached", "written_to"]
