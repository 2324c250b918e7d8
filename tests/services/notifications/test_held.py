"""What a worker approves first, and what is rightly never told."""

import pytest

from contracts.allocation import ClosureReason
from contracts.codes import ReferrerKind
from tests.making.heard import Story
from tests.making.telling import WEST_SUSSEX, Office

pytestmark = pytest.mark.postgres
URL = "https://school.example/hooks"


async def a_school(office: Office) -> Story:
    """A school with an endpoint, whose referral became a case."""
    story = Story()
    assert story.agency_id is not None
    await office.an_endpoint(story.agency_id, URL)
    await office.hear_and_send(story.received(), story.accepted(), story.opened())
    office.partners.got.clear()
    return story


async def approve(office: Office, notification_id: object, role: str = "duty_worker") -> int:
    path = f"/notifications/{notification_id}/approval"
    return (await office.client.post(path, headers=office.as_worker(role))).status_code


async def test_a_step_up_is_held_until_a_worker_approves_the_wording(office: Office) -> None:
    story = await a_school(office)
    await office.hear_and_send(story.step_up(), story.handed_over())
    assert not office.partners.got["school.example"]
    about = await office.notification(story.referral_id, "step_up")
    assert about["status"] == "held"
    assert "approve_wording" in await office.asked(str(about["id"]))
    listed = await office.client.get(
        f"/notifications?referral_id={story.referral_id}", headers=office.as_worker()
    )
    shown = {each["milestone"]: each for each in listed.json()}
    assert "children's social care" in shown["step_up"]["sentence"]
    assert await approve(office, about["id"]) == 200
    await office.drain()
    assert len(office.partners.got["school.example"]) == 1
    assert (await office.notification(story.referral_id, "step_up"))["approved_by"] == "w-1001"
    assert await office.asked(str(about["id"])) == {}
    assert await approve(office, about["id"]) == 409


async def test_who_decides_nothing_of_families_approves_nothing(office: Office) -> None:
    story = await a_school(office)
    await office.hear(story.handed_over())
    about = await office.notification(story.referral_id, "step_up")
    for role in ("system_admin", "care_receiver", "records_officer"):
        assert await approve(office, about["id"], role) == 403


async def test_another_councils_worker_finds_nothing(office: Office) -> None:
    story = await a_school(office)
    await office.hear(story.handed_over())
    about = await office.notification(story.referral_id, "step_up")
    headers = WEST_SUSSEX.bearer(aud="kinbridge-notifications", roles=["duty_worker"])
    path = f"/notifications/{about['id']}/approval"
    assert (await office.client.post(path, headers=headers)).status_code == 404
    listed = await office.client.get(
        f"/notifications?referral_id={story.referral_id}", headers=headers
    )
    assert listed.json() == []


async def test_a_worker_may_decide_that_nobody_is_told(office: Office) -> None:
    story = await a_school(office)
    await office.hear(story.handed_over())
    about = await office.notification(story.referral_id, "step_up")
    answer = await office.client.post(
        f"/notifications/{about['id']}/suppression",
        json={"reason": "refused_by_worker"},
        headers=office.as_worker("practitioner"),
    )
    assert answer.json()["status"] == "suppressed"
    said = await office.said(story.referral_id)
    assert said[-1][1]["reason"] == "refused_by_worker"
    assert await approve(office, about["id"]) == 409


async def test_a_case_that_closed_by_a_step_up_is_not_told_twice(office: Office) -> None:
    story = await a_school(office)
    await office.hear_and_send(story.closed(ClosureReason.STEPPED_UP))
    assert not office.partners.got["school.example"]
    what, message = (await office.said(story.referral_id))[-1]
    assert (what, message["reason"]) == ("milestone-suppressed", "superseded")


async def test_a_closure_is_told_in_broad_words(office: Office) -> None:
    story = await a_school(office)
    await office.hear_and_send(story.closed(ClosureReason.FAMILY_WITHDREW))
    (sent,) = office.partners.got["school.example"]
    assert b"Our work with the family has ended." in sent.content
    assert b"withdrew" not in sent.content


async def test_a_refused_agreement_is_told_as_not_proceeding_and_nothing_more(
    office: Office,
) -> None:
    story = Story()
    assert story.agency_id is not None
    await office.an_endpoint(story.agency_id, URL)
    await office.hear_and_send(story.received())
    office.partners.got.clear()
    await office.hear_and_send(story.agrees(agreed=False), story.not_proceeding())
    (sent,) = office.partners.got["school.example"]
    assert b"not proceeding" in sent.content
    assert b"agree" not in sent.content


async def test_a_neighbour_hears_nothing_without_a_worker_and_nothing_after_a_step_up(
    office: Office,
) -> None:
    story = Story(ReferrerKind.RELATIVE_OR_PUBLIC)
    await office.hear_and_send(story.received(), story.accepted(), story.opened())
    assert office.letterbox.sent == []
    about = await office.notification(story.referral_id, "accepted")
    assert about["status"] == "held"
    await office.hear_and_send(story.step_up(), story.handed_over(), story.closed())
    assert await approve(office, about["id"], "team_manager") == 200
    await office.drain()
    assert office.letterbox.sent == []
    reasons = {m["milestone"]: m["reason"] for _, m in await office.said(story.referral_id)}
    assert reasons == {
        "received": "not_entitled",
        "step_up": "not_entitled",
        "closed": "not_entitled",
        "accepted": "tip_off_risk",
    }


async def test_a_family_is_allocated_and_the_school_gets_the_workers_number_only_if_agreed(
    office: Office,
) -> None:
    agreed, silent = await a_school(office), Story()
    assert silent.agency_id is not None
    await office.an_endpoint(silent.agency_id, "https://other.example/hooks")
    await office.hear_and_send(silent.received(), silent.accepted(), silent.opened())
    await office.hear(agreed.agrees())
    office.hub.purposes.clear()
    office.partners.got.clear()
    await office.hear_and_send(agreed.allocated())
    assert b"01632 960177" in office.partners.got["school.example"][0].content
    assert "milestone_detail" in office.hub.purposes
    office.hub.purposes.clear()
    await office.hear_and_send(silent.allocated())
    (sent,) = office.partners.got["other.example"]
    assert b"01632 960177" not in sent.content
    assert b"01632 960100" in sent.content
    assert "milestone_detail" not in office.hub.purposes


async def test_of_a_restricted_family_no_team_and_no_worker_is_named(office: Office) -> None:
    story = Story()
    assert story.agency_id is not None
    await office.an_endpoint(story.agency_id, URL)
    office.hub.contact["restricted"] = True
    await office.hear(story.received(), story.agrees(), story.accepted(), story.opened())
    await office.hear_and_send(story.allocated())
    said = b" ".join(each.content for each in office.partners.got["school.example"])
    assert b"accepted" in said
    assert b"now has a worker" in said
    for telling in (b"West", b"01632 960177"):
        assert telling not in said


async def test_who_withdrew_by_one_referral_agrees_by_no_other(office: Office) -> None:
    one, two = await a_school(office), Story()
    two.family_id, two.person_id = one.family_id, one.person_id
    await office.hear(one.agrees(), two.received(), two.withdraws())
    await office.hear_and_send(one.allocated())
    (sent,) = office.partners.got["school.example"]
    assert b"01632 960177" not in sent.content


async def test_a_waiting_family_is_told_with_the_day_of_the_next_look(office: Office) -> None:
    story = await a_school(office)
    await office.hear_and_send(story.waitlisted())
    (sent,) = office.partners.got["school.example"]
    assert b"Monday 16 November" in sent.content
    assert b"01632 960177" not in sent.content


async def test_a_milestone_that_is_said_twice_is_told_once(office: Office) -> None:
    story = await a_school(office)
    await office.hear_and_send(story.waitlisted(), story.waitlisted())
    assert len(office.partners.got["school.example"]) == 1


async def test_reading_what_was_told_is_audited(office: Office) -> None:
    story = await a_school(office)
    await office.client.get(
        f"/notifications?referral_id={story.referral_id}", headers=office.as_worker()
    )
    read = await office.rows("SELECT subject FROM audit WHERE action = 'notifications read'")
    assert read == [{"subject": str(story.referral_id)}]
