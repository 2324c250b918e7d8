"""A referral is accepted, a worker is given, the family is met, and two people end the work."""

import asyncio
from uuid import UUID

import pytest

from chassis.clocks import new_id
from contracts.referral import AgreementWithdrawn, DangerOccasion, DangerReported
from services.allocation.store.tables import metadata
from tests.making.databases import Fresh, differences
from tests.services.allocation.made import A_DAY, MONDAY, an_accepted_referral
from tests.services.allocation.team_room import TeamRoom

pytestmark = pytest.mark.postgres


def test_the_tables_in_the_code_are_those_in_the_database(fresh_database: Fresh) -> None:
    assert differences(fresh_database("allocation").owner_url, metadata) == []


def test_every_table_is_kept_apart_by_council() -> None:
    for table in metadata.sorted_tables:
        assert table.primary_key.columns.keys()[0] == "council"
        assert not table.c.council.nullable


async def test_an_accepted_referral_opens_one_case_in_the_areas_team(team: TeamRoom) -> None:
    case_id, accepted = await team.a_case()
    case = (await team.manager("GET", f"/cases/{case_id}")).json()
    assert (case["status"], case["team"], case["people"]) == ("opened", "west", 3)
    assert case["accountable"]
    assert case["owner"] == {"kind": "team_manager", "id": "west"}
    assert case["referral_ids"] == [str(accepted.referral_id)]
    assert await team.words() == ["opened"]
    assert await team.prompts() == ["allocate_case"]
    kinds = await team.rows("SELECT kind, count(*) AS n FROM timers GROUP BY kind ORDER BY kind")
    assert {row["kind"]: row["n"] for row in kinds} == {
        "allocation": 1,
        "not_seen_ask": 2,
        "not_seen_consult": 2,
        "open_case_alert": 1,
    }


async def test_a_second_referral_joins_the_work_in_hand(team: TeamRoom) -> None:
    case_id, first = await team.a_case()
    second = an_accepted_referral(family_id=first.family_id)
    await team.hear(second, second)
    case = (await team.manager("GET", f"/cases/{case_id}")).json()
    assert case["referral_ids"] == [str(first.referral_id), str(second.referral_id)]
    assert await team.words() == ["opened", "referral-joined"]
    assert [one["sequence"] for one in await team.said()] == [1, 2]


async def test_two_referrals_at_one_moment_make_one_case(team: TeamRoom) -> None:
    family_id = new_id()
    await asyncio.gather(*(team.hear(an_accepted_referral(family_id=family_id)) for _ in range(4)))
    assert await team.parked() == []
    assert len(await team.rows("SELECT id FROM cases")) == 1
    assert sorted(await team.words()) == ["opened"] + ["referral-joined"] * 3


async def test_two_councils_share_nothing(team: TeamRoom) -> None:
    case_id, accepted = await team.a_case()
    other = an_accepted_referral(family_id=accepted.family_id, team_area="chichester")
    await team.hear(other, council="west-sussex")
    theirs = await team.rows("SELECT id, team FROM cases WHERE council = 'west-sussex'")
    assert theirs[0]["team"] is None
    assert (await team.manager("GET", f"/cases/{theirs[0]['id']}")).status_code == 404
    listed = (await team.manager("GET", "/cases")).json()
    assert [each["id"] for each in listed] == [str(case_id)]


async def test_from_allocation_to_a_closure_that_two_people_agree_on(team: TeamRoom) -> None:
    case_id, accepted = await team.an_allocated_case()
    children = [str(child) for child in accepted.child_ids]
    visit = {"mode": "visit", "outcome": "seen", "children_seen": children}
    assert (await team.ask("POST", f"/cases/{case_id}/contacts", visit)).status_code == 200
    ticked = {"review_agreed": True, "plan_updated": True, "farewell_visits": children}
    closure = {"reason": "needs_met", "checklist": ticked}
    proposed = (await team.ask("POST", f"/cases/{case_id}/closure", closure)).json()
    assert (proposed["status"], proposed["closure"]["blockers"]) == ("closing", [])
    answer = {"risk_answer": "None that we know."}
    closed = (await team.manager("POST", f"/cases/{case_id}/closure/confirmation", answer)).json()
    assert (closed["status"], closed["accountable"], closed["owner"]) == ("closed", False, None)
    assert await team.words() == [
        "opened",
        "allocated",
        "first-contact-made",
        "child-seen",
        "child-seen",
        "closure-proposed",
        "closed",
    ]
    assert [one["sequence"] for one in await team.said()] == list(range(1, 8))
    assert await team.prompts() == []
    assert await team.rows("SELECT id FROM timers WHERE ended_at IS NULL") == []
    told = await team.rows("SELECT outcome, risk_answer FROM closures")
    assert [dict(row) for row in told] == [
        {"outcome": "confirmed", "risk_answer": "None that we know."}
    ]
    steps = await team.rows("SELECT may FROM history ORDER BY id")
    assert [row["may"] for row in steps] == [
        "allocated",
        "reached",
        "proposed_for_closure",
        "closed",
    ]


async def test_a_family_that_was_closed_gets_a_new_case(team: TeamRoom) -> None:
    case_id, accepted = await team.an_allocated_case()
    await team.ask("POST", f"/cases/{case_id}/closure", {"reason": "family_withdrew"})
    await team.manager("POST", f"/cases/{case_id}/closure/confirmation", {"risk_answer": "No."})
    again, _ = await team.a_case(family_id=accepted.family_id)
    assert again != case_id


async def test_without_agreement_nobody_is_allocated(team: TeamRoom) -> None:
    case_id, _ = await team.a_case()
    await team.a_worker()
    team.referral.current = False
    answer = await team.manager(
        "POST", f"/cases/{case_id}/allocation", {"practitioner_id": "w-debbie"}
    )
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("agreement-not-current")
    assert team.referral.asked[0].startswith("agreement_check /internal/southend/referrals/")


async def test_while_agreement_cannot_be_asked_the_manager_is_told_to_try_again(
    team: TeamRoom,
) -> None:
    case_id, _ = await team.a_case()
    await team.a_worker()
    team.referral.status = 503
    answer = await team.manager(
        "POST", f"/cases/{case_id}/allocation", {"practitioner_id": "w-debbie"}
    )
    assert answer.status_code == 503
    assert await team.words() == ["opened"]


async def test_a_withdrawal_that_crosses_stops_it_or_asks_the_manager(team: TeamRoom) -> None:
    case_id, accepted = await team.a_case()
    await team.a_worker()
    withdrawn = AgreementWithdrawn(
        referral_id=accepted.referral_id,
        family_id=accepted.family_id,
        person_id=accepted.adult_ids[0],
        others_agree=False,
        withdrawn_at=MONDAY,
    )
    await team.hear(withdrawn)
    answer = await team.manager(
        "POST", f"/cases/{case_id}/allocation", {"practitioner_id": "w-debbie"}
    )
    assert answer.status_code == 409
    assert "agreement_withdrawn_risk_question" in await team.prompts()


async def test_a_withdrawal_closes_nothing_and_is_answered_by_a_manager(team: TeamRoom) -> None:
    case_id, accepted = await team.an_allocated_case(adult_ids=(new_id(), new_id()))
    withdrawn = AgreementWithdrawn(
        referral_id=accepted.referral_id,
        family_id=accepted.family_id,
        person_id=accepted.adult_ids[0],
        others_agree=True,
        withdrawn_at=MONDAY,
    )
    await team.hear(withdrawn)
    body = {"about": "agreement_withdrawn", "answer": "The other parent still wants support."}
    case = (await team.manager("POST", f"/cases/{case_id}/risk-answers", body)).json()
    assert case["status"] == "allocated"
    assert "agreement_withdrawn_risk_question" not in await team.prompts()


async def test_twelve_families_and_45_people_are_full_unless_overridden_and_reported(
    team: TeamRoom,
) -> None:
    case_id, _ = await team.a_case()
    await team.a_worker(other_families=12, other_people=45)
    path, worker = f"/cases/{case_id}/allocation", {"practitioner_id": "w-debbie"}
    refused = await team.manager("POST", path, worker)
    assert refused.status_code == 409
    assert refused.json()["reasons"] == ["over_families_limit", "over_people_limit"]
    reason = {"override_reason": "She knows this family."}
    assert (await team.manager("POST", path, worker | reason)).status_code == 200
    report = (await team.manager("GET", "/allocation-overrides")).json()
    assert report[0]["override_reason"] == "She knows this family."
    audited = await team.rows("SELECT detail FROM audit WHERE action = 'case.allocated'")
    assert audited[0]["detail"] == ["over_families_limit", "over_people_limit"]


async def test_two_allocations_at_one_moment_do_not_both_take_the_last_place(
    team: TeamRoom,
) -> None:
    first, _ = await team.a_case()
    second, _ = await team.a_case()
    await team.a_worker(other_families=11)
    answers = await asyncio.gather(
        *(
            team.manager("POST", f"/cases/{each}/allocation", {"practitioner_id": "w-debbie"})
            for each in (first, second)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_candidates_are_ranked_with_reasons_and_duty_comes_last(team: TeamRoom) -> None:
    case_id, _ = await team.a_case()
    await team.a_worker("w-free")
    await team.a_worker("w-duty", duty_weeks=[{"from": "2026-11-02", "to": "2026-11-06"}])
    await team.a_worker("w-full", other_families=12)
    ranked = (await team.manager("GET", f"/cases/{case_id}/candidates")).json()
    assert [(each["practitioner_id"], each["fits"], each["reasons"]) for each in ranked] == [
        ("w-free", True, []),
        ("w-full", False, ["over_families_limit"]),
        ("w-duty", True, ["duty_week"]),
    ]
    assert (ranked[0]["people_after"], ranked[0]["people_limit"]) == (3, 45)


async def test_a_waiting_family_is_looked_at_every_week(team: TeamRoom) -> None:
    case_id, _ = await team.a_case()
    waiting = (await team.manager("POST", f"/cases/{case_id}/waiting", {})).json()
    assert waiting["status"] == "waiting"
    assert waiting["next_review_at"] == "2026-11-09T17:30:00Z"
    await team.move_to(MONDAY + 8 * A_DAY)
    assert "review_waiting_family" in await team.prompts()
    path = f"/cases/{case_id}/waiting/reviews"
    body = {"safe_to_wait": False, "note": "Worse than last week."}
    assert (await team.manager("POST", path, body)).status_code == 200
    urgent = await team.rows("SELECT kind, role FROM prompts WHERE urgent AND settled_at IS NULL")
    assert ("family_not_safe_to_wait", "duty_manager") in {(r["kind"], r["role"]) for r in urgent}


async def test_the_families_of_a_worker_who_leaves_are_put_before_a_manager(
    team: TeamRoom,
) -> None:
    case_id, _ = await team.an_allocated_case()
    await team.a_worker(active=False)
    assert "reallocate_case" in await team.prompts()
    await team.a_worker("w-next")
    moved = await team.manager(
        "POST", f"/cases/{case_id}/allocation", {"practitioner_id": "w-next"}
    )
    assert moved.json()["owner"] == {"kind": "practitioner", "id": "w-next"}
    assert "reallocate_case" not in await team.prompts()


async def test_nobody_in_time_asks_for_allocation_and_first_contact(team: TeamRoom) -> None:
    case_id, _ = await team.a_case()
    await team.move_to(MONDAY + 3 * A_DAY)
    assert "allocation_overdue" in await team.prompts()
    await team.a_worker()
    await team.manager("POST", f"/cases/{case_id}/allocation", {"practitioner_id": "w-debbie"})
    assert "allocation_overdue" not in await team.prompts()
    await team.move_to(MONDAY + 20 * A_DAY)
    assert {"first_contact_overdue", "visit_overdue"} <= set(await team.prompts())


async def test_the_same_request_twice_is_one_contact(team: TeamRoom) -> None:
    case_id, _ = await team.an_allocated_case()
    body = {"mode": "phone", "outcome": "no_answer"}
    path, key = f"/cases/{case_id}/contacts", {"Idempotency-Key": "one-call"}
    first = await team.ask("POST", path, body, **key)
    again = await team.ask("POST", path, body, **key)
    assert first.json() == again.json()
    assert again.json()["no_contact"]["calls_unanswered"] == 1


async def test_every_read_of_a_case_is_audited(team: TeamRoom) -> None:
    case_id, _ = await team.a_case()
    await team.ask("GET", f"/cases/{case_id}", who="w-curious")
    rows = await team.rows("SELECT actor FROM audit WHERE action = 'case.read'")
    assert [row["actor"] for row in rows] == ["w-curious"]


@pytest.mark.parametrize("role", ["", "care_receiver", "system_admin"])
async def test_who_does_not_work_with_families_sees_no_case(team: TeamRoom, role: str) -> None:
    case_id, _ = await team.a_case()
    assert (await team.ask("GET", f"/cases/{case_id}", role=role)).status_code == 403
    assert (await team.ask("GET", "/cases", role=role)).status_code == 403


async def test_a_code_the_council_does_not_have_is_refused(team: TeamRoom) -> None:
    body = {"team": "nowhere", "grade": "practitioner"}
    answer = await team.manager("PUT", "/practitioners/w-1", body)
    assert (answer.status_code, answer.json()["field"]) == (422, "team")


async def test_an_unknown_case_is_not_found(team: TeamRoom) -> None:
    unknown: UUID = new_id()
    assert (await team.manager("GET", f"/cases/{unknown}")).status_code == 404


async def test_what_a_worker_was_asked_goes_to_the_one_who_follows(team: TeamRoom) -> None:
    case_id, accepted = await team.an_allocated_case()
    danger = DangerReported(
        referral_id=accepted.referral_id,
        family_id=accepted.family_id,
        reported_at=MONDAY,
        occasion=DangerOccasion.ADDITIONAL_INFORMATION,
    )
    joining = an_accepted_referral(family_id=accepted.family_id)
    await team.hear(danger, joining)
    await team.a_worker("w-next")
    path, worker = f"/cases/{case_id}/allocation", {"practitioner_id": "w-next"}
    assert (await team.manager("POST", path, worker)).status_code == 200
    asked = await team.rows(
        "SELECT kind, assignee FROM prompts WHERE role = 'practitioner' AND settled_at IS NULL"
    )
    assert {(row["kind"], row["assignee"]) for row in asked} == {
        ("danger_reported_to_worker", "w-next"),
        ("read_new_referral", "w-next"),
    }


async def test_a_worker_who_comes_back_keeps_the_families(team: TeamRoom) -> None:
    await team.an_allocated_case()
    await team.a_worker(active=False)
    await team.a_worker()
    assert "reallocate_case" not in await team.prompts()
