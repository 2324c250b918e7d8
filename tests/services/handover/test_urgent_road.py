"""The urgent road: sent at once, and only a named person's word stops the alarm."""

from datetime import timedelta

import pytest

from chassis.clocks import new_id
from tests.making.handing_over import CHILD, TUESDAY, Desk, a_diversion, a_step_up

pytestmark = pytest.mark.postgres
AN_HOUR_LATER = (TUESDAY + timedelta(hours=1)).isoformat()


async def test_an_urgent_handover_leaves_before_any_manager_was_found(desk: Desk) -> None:
    handover = await desk.opened(a_diversion())
    assert await desk.send() == 1
    seen = await desk.seen(handover)
    assert (seen["status"], seen["authorised_by"]) == ("sent", None)
    duty = desk.as_worker("duty_manager", sub="staff-priya")
    assert await desk.asked(handover, duty) == {"authorise_handover"}
    after = await desk.post(handover, "authorisation", duty)
    assert (after["status"], after["authorised_by"]) == ("sent", "staff-priya")
    assert await desk.said(handover) == ["opened", "sent", "delivered", "authorised"]


async def test_a_diverted_referral_is_handed_over_without_a_case(desk: Desk) -> None:
    diverted = a_diversion()
    await desk.opened(diverted)
    await desk.send()
    paths = [each.url.path for each in desk.outside.asked if each.url.host == "referral.test"]
    assert paths == [f"/internal/southend/referrals/{diverted.referral_id}/detail"]
    assert not [each for each in desk.outside.asked if each.url.host == "allocation.test"]
    (arrival,) = await desk.care_has()
    assert (arrival["pack_body"]["case"], arrival["urgent"]) == (None, True)


async def test_a_systems_receipt_stops_no_alarm(desk: Desk) -> None:
    handover = await desk.opened(a_diversion())
    await desk.send()
    machine = desk.as_care("system:southend-care")
    after = await desk.post(handover, "acknowledgement", machine)
    assert (after["status"], after["a_person_knows"]) == ("sent", False)
    await desk.let_pass(minutes=61)
    duty = desk.as_worker("duty_manager")
    assert "ring_social_care" in await desk.asked(handover, duty)
    assert "acknowledged" not in await desk.said(handover)


async def test_a_system_may_say_delivered_before_the_sender_has_its_receipt(desk: Desk) -> None:
    handover = await desk.opened(a_diversion())
    machine = desk.as_care("system:southend-care")
    for _ in range(2):
        await desk.post(handover, "acknowledgement", machine)
    assert await desk.said(handover) == ["opened", "delivered"]
    await desk.send()
    assert await desk.said(handover) == ["opened", "delivered", "sent"]


async def test_a_named_person_stops_the_alarm(desk: Desk) -> None:
    handover = await desk.opened(a_diversion())
    await desk.send()
    after = await desk.post(handover, "acknowledgement", desk.as_care())
    assert (after["acknowledged_how"], after["acknowledged_by"]) == ("person", "care-helen")
    await desk.let_pass(hours=5)
    assert "ring_social_care" not in await desk.asked(handover, desk.as_worker("duty_manager"))
    assert "send-failed" not in await desk.said(handover)
    assert (await desk.body(handover, "acknowledged"))["by"] == "person"


async def test_nobody_answers_their_own_step_up_for_social_care(desk: Desk) -> None:
    handover = await desk.opened(a_diversion(decided_by="care-helen"))
    for step, body in (
        ("acknowledgement", {}),
        ("acceptance", {}),
        ("decline", {"reason": "other"}),
        ("information-request", {"question": "Why?"}),
    ):
        answer = await desk.tried(handover, step, desk.as_care(), **body)
        assert answer.status_code == 403, step
        assert answer.json()["type"].endswith("another-person-answers"), step
    assert not (await desk.seen(handover))["a_person_knows"]


async def test_no_system_accepts_declines_or_completes(desk: Desk) -> None:
    handover = await desk.opened(a_diversion())
    machine = desk.as_care("system:southend-care")
    for step, body in (
        ("acceptance", {}),
        ("decline", {"reason": "other"}),
        ("information-request", {"question": "Why?"}),
        ("visit-booking", {"on": "2026-11-25"}),
        ("completion", {"receiving_worker": "A Machine"}),
    ):
        answer = await desk.tried(handover, step, machine, **body)
        assert answer.json()["type"].endswith("named-person-only"), step
    assert (await desk.seen(handover))["status"] == "proposed"


async def test_a_call_that_reached_nobody_does_not_stop_the_alarm(desk: Desk) -> None:
    handover = await desk.opened(a_diversion())
    await desk.send()
    duty = desk.as_worker("duty_manager")
    await desk.let_pass(minutes=61)
    for _ in range(3):
        asked = await desk.client.get("/prompts", params={"subject": handover}, headers=duty)
        (task,) = [each for each in asked.json() if each["kind"] == "ring_social_care"]
        settled = await desk.client.post(
            f"/prompts/{task['id']}/settled", json={"outcome": "no-answer"}, headers=duty
        )
        assert settled.status_code == 204
        assert "ring_social_care" not in await desk.asked(handover, duty)
        await desk.let_pass(minutes=16)
    await desk.post(handover, "acknowledgement", desk.as_care())
    await desk.let_pass(minutes=30)
    assert "ring_social_care" not in await desk.asked(handover, duty)


async def test_the_alarm_is_due_an_hour_before_the_child_goes_home(desk: Desk) -> None:
    home = TUESDAY + timedelta(minutes=90)
    handover = await desk.opened(a_diversion(child_goes_home_at=home))
    await desk.let_pass(minutes=29)
    duty = desk.as_worker("duty_manager")
    assert "ring_social_care" not in await desk.asked(handover, duty)
    await desk.let_pass(minutes=2)
    assert "ring_social_care" in await desk.asked(handover, duty)


async def test_a_child_who_goes_home_within_the_hour_is_rung_about_now(desk: Desk) -> None:
    home = TUESDAY + timedelta(minutes=40)
    handover = await desk.opened(a_diversion(child_goes_home_at=home))
    assert "ring_social_care" in await desk.asked(handover, desk.as_worker("duty_manager"))


async def test_while_the_desk_is_closed_the_out_of_hours_team_is_to_ring(desk: Desk) -> None:
    evening = TUESDAY + timedelta(hours=9)
    desk.room.clock.move_to(evening)
    handover = await desk.opened(
        a_diversion(diverted_at=evening, child_goes_home_at=evening + timedelta(minutes=5))
    )
    (task,) = await desk.rows(
        "SELECT assignee, urgent FROM prompts WHERE subject = :it AND kind = 'ring_social_care'",
        it=handover,
    )
    assert task == {"assignee": "Emergency Duty Team", "urgent": True}


async def test_after_four_hours_without_a_person_the_sending_has_failed(desk: Desk) -> None:
    handover = await desk.opened(a_diversion())
    await desk.send()
    await desk.let_pass(hours=4, minutes=1)
    assert (await desk.seen(handover))["status"] == "send_failed"
    failed = await desk.body(handover, "send-failed")
    assert failed["reason"] == "no_acknowledgement"
    after = await desk.post(handover, "acknowledgement", desk.as_care())
    assert after["status"] == "acknowledged"
    assert "ring_social_care" not in await desk.asked(handover, desk.as_worker("duty_manager"))


async def test_a_manager_who_rang_records_whom_they_reached(desk: Desk) -> None:
    await desk.care_is("down")
    handover = await desk.opened(a_diversion())
    await desk.send()
    await desk.let_pass(hours=1, minutes=1)
    duty = desk.as_worker("duty_manager", sub="staff-priya")
    call = {"person_name_code": "HELEN-01", "at": AN_HOUR_LATER}
    after = await desk.post(handover, "phone-acknowledgement", duty, **call)
    assert (after["acknowledged_how"], after["acknowledged_by"]) == ("phone", "HELEN-01")
    assert after["a_person_knows"]
    audit = await desk.rows("SELECT actor FROM history WHERE may = 'acknowledged_by_phone'")
    assert audit == [{"actor": "staff-priya"}]


async def test_a_call_is_neither_to_come_nor_older_than_the_step_up(desk: Desk) -> None:
    handover = await desk.opened(a_diversion())
    duty = desk.as_worker("duty_manager")
    for at in (AN_HOUR_LATER, (TUESDAY - timedelta(hours=1)).isoformat()):
        answer = await desk.tried(
            handover, "phone-acknowledgement", duty, person_name_code="HELEN-01", at=at
        )
        assert answer.json()["type"].endswith("time-not-possible")


async def test_early_help_is_not_released_before_a_manager_followed(desk: Desk) -> None:
    handover = await desk.opened(a_diversion())
    await desk.send()
    await desk.post(handover, "acceptance", desk.as_care())
    await desk.post(handover, "visit", desk.as_care(), joint=True, on="2026-11-24")
    worker = {"receiving_worker": "H. Invented"}
    answer = await desk.tried(handover, "completion", desk.as_care(), **worker)
    assert answer.json()["type"].endswith("not-authorised-yet")
    await desk.post(handover, "authorisation", desk.as_worker("duty_manager", sub="staff-priya"))
    done = await desk.post(handover, "completion", desk.as_care(), **worker)
    assert done["status"] == "completed"


async def test_an_urgent_proposal_makes_the_planned_handover_urgent(desk: Desk) -> None:
    planned = a_step_up()
    handover = await desk.opened(planned)
    again = a_step_up(case_id=planned.case_id, proposal_id=new_id(), urgent=True)
    assert await desk.opened(again) == handover
    assert await desk.rows("SELECT count(*) AS n FROM handovers") == [{"n": 1}]
    assert await desk.send() == 1
    seen = await desk.seen(handover)
    assert (seen["urgent"], seen["status"]) == (True, "sent")
    assert "step_up_proposed_again" in await desk.asked(handover)


async def test_a_further_planned_proposal_opens_nothing_and_is_shown_to_managers(
    desk: Desk,
) -> None:
    planned = a_step_up()
    handover = await desk.opened(planned)
    await desk.opened(a_step_up(case_id=planned.case_id, proposal_id=new_id()))
    assert await desk.rows("SELECT count(*) AS n FROM handovers") == [{"n": 1}]
    for role in ("team_manager", "duty_manager"):
        assert "step_up_proposed_again" in await desk.asked(handover, desk.as_worker(role))
    assert await desk.said(handover) == ["opened"]


async def test_a_declined_step_up_may_be_proposed_anew(desk: Desk) -> None:
    first = a_step_up(authorised_by="staff-martin")
    handover = await desk.opened(first)
    await desk.send()
    await desk.post(handover, "decline", desk.as_care(), reason="early_help_continues")
    again = await desk.opened(a_step_up(case_id=first.case_id))
    assert again != handover
    listed = await desk.client.get(
        "/handovers",
        params={"origin_id": str(first.case_id), "open": "true"},
        headers=desk.as_worker(),
    )
    assert [each["id"] for each in listed.json()] == [again]


async def test_what_only_a_system_had_is_rung_about_once_it_is_urgent(desk: Desk) -> None:
    planned = a_step_up(authorised_by="staff-martin")
    handover = await desk.opened(planned)
    await desk.send()
    machine = desk.as_care("system:southend-care")
    assert (await desk.post(handover, "acknowledgement", machine))["status"] == "acknowledged"
    latest = new_id()
    again = a_step_up(case_id=planned.case_id, proposal_id=latest, urgent=True, child_ids=())
    assert await desk.opened(again) == handover
    assert await desk.send() == 1
    seen = await desk.seen(handover)
    assert (seen["status"], seen["a_person_knows"]) == ("sent", False)
    assert (seen["proposal_id"], seen["child_ids"]) == (str(latest), [str(CHILD)])
    await desk.let_pass(minutes=61)
    assert "ring_social_care" in await desk.asked(handover)
    await desk.post(handover, "acknowledgement", desk.as_care())
    await desk.let_pass(minutes=30)
    assert "ring_social_care" not in await desk.asked(handover)
    steps = await desk.rows("SELECT may, frm FROM history WHERE may = 'made_urgent'")
    assert steps == [{"may": "made_urgent", "frm": "acknowledged"}]


async def test_who_took_the_family_on_is_rung_about_new_harm_and_gets_it(desk: Desk) -> None:
    planned = a_step_up(authorised_by="staff-martin")
    handover = await desk.opened(planned)
    await desk.send()
    await desk.post(handover, "acknowledgement", desk.as_care("system:southend-care"))
    await desk.post(handover, "acceptance", desk.as_care())
    await desk.opened(a_step_up(case_id=planned.case_id, urgent=True))
    assert "ring_social_care" in await desk.asked(handover)
    assert await desk.send() == 1
    assert [each["urgent"] for each in await desk.care_has()] == [False, True]
    seen = await desk.seen(handover)
    assert (seen["status"], seen["urgent"]) == ("accepted", True)


async def test_the_clock_of_new_harm_runs_from_when_it_was_proposed(desk: Desk) -> None:
    planned = a_step_up()
    handover = await desk.opened(planned)
    desk.room.clock.move_to(TUESDAY + timedelta(hours=2))
    await desk.opened(a_step_up(case_id=planned.case_id, urgent=True))
    assert "ring_social_care" in await desk.asked(handover)
