"""Clocks that run out ask people; none authorises, accepts, declines or closes."""

import pytest

from tests.making.handing_over import Desk, a_diversion, a_step_up

pytestmark = pytest.mark.postgres


async def test_a_step_up_nobody_authorised_in_a_working_day_goes_to_both_managers(
    desk: Desk,
) -> None:
    handover = await desk.opened(a_step_up())
    await desk.let_pass(days=1, hours=8)
    for role in ("team_manager", "duty_manager"):
        asked = await desk.asked(handover, desk.as_worker(role))
        assert "handover_authorisation_overdue" in asked
    assert (await desk.seen(handover))["status"] == "proposed"


async def test_an_urgent_one_goes_to_both_managers_after_an_hour(desk: Desk) -> None:
    handover = await desk.opened(a_diversion())
    await desk.let_pass(minutes=61)
    for role in ("team_manager", "duty_manager"):
        asked = await desk.asked(handover, desk.as_worker(role))
        assert "handover_authorisation_overdue" in asked


async def test_a_planned_pack_nobody_acknowledged_is_rung_about(desk: Desk) -> None:
    handover = await desk.opened(a_step_up(authorised_by="staff-martin"))
    await desk.send()
    await desk.let_pass(hours=5)
    assert await desk.asked(handover) == set()
    await desk.let_pass(days=1, hours=3)
    assert await desk.asked(handover) == {"ring_social_care"}
    assert (await desk.seen(handover))["status"] == "sent"


async def test_a_planned_handover_may_be_acknowledged_by_the_system(desk: Desk) -> None:
    handover = await desk.opened(a_step_up(authorised_by="staff-martin"))
    await desk.send()
    after = await desk.post(handover, "acknowledgement", desk.as_care("system:southend-care"))
    assert (after["status"], after["a_person_knows"]) == ("acknowledged", False)
    assert (await desk.body(handover, "acknowledged"))["by"] == "system"


async def test_a_decision_not_made_in_a_working_day_is_asked_of_both_sides(desk: Desk) -> None:
    handover = await desk.opened(a_step_up(authorised_by="staff-martin"))
    await desk.send()
    await desk.post(handover, "acknowledgement", desk.as_care())
    await desk.let_pass(days=1, hours=8)
    assert "handover_decision_overdue" in await desk.asked(handover)
    assert "handover_decision_overdue" in await desk.asked(handover, desk.as_care())
    assert (await desk.seen(handover))["status"] == "acknowledged"


async def test_a_visit_not_made_in_five_working_days_alerts_both_managers(desk: Desk) -> None:
    handover = await desk.opened(a_step_up(authorised_by="staff-martin"))
    await desk.send()
    await desk.post(handover, "acceptance", desk.as_care())
    await desk.let_pass(days=6)
    assert "handover_visit_overdue" not in await desk.asked(handover)
    await desk.let_pass(days=1, hours=8)
    assert "handover_visit_overdue" in await desk.asked(handover)
    assert "handover_visit_overdue" in await desk.asked(handover, desk.as_care())
    assert (await desk.seen(handover))["status"] == "accepted"
