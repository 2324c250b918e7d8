"""Messages of different topics overtake each other; none is lost and none is told too early."""

import pytest

from tests.making.heard import Story
from tests.making.telling import Office

pytestmark = pytest.mark.postgres
URL = "https://school.example/hooks"


async def milestones(office: Office, secret: str) -> list[str]:
    return [each["milestone"] for each in office.partners.verified("school.example", secret)]


async def a_school(office: Office) -> tuple[Story, str]:
    story = Story()
    assert story.agency_id is not None
    return story, (await office.an_endpoint(story.agency_id, URL))["secret"]


async def test_what_is_heard_before_the_referral_waits_for_it(office: Office) -> None:
    story, secret = await a_school(office)
    await office.hear_and_send(story.opened(), story.handed_over())
    assert await milestones(office, secret) == []
    await office.hear(story.received(), story.accepted())
    while await office.replay():
        pass
    await office.drain()
    assert sorted(await milestones(office, secret)) == ["accepted", "received"]
    assert (await office.notification(story.referral_id, "step_up"))["status"] == "held"


async def test_what_is_heard_of_a_case_before_it_opened_waits_for_it(office: Office) -> None:
    story, secret = await a_school(office)
    await office.hear(story.received(), story.accepted())
    await office.hear_and_send(story.allocated())
    assert "allocated" not in await milestones(office, secret)
    (waits,) = await office.rows("SELECT fact FROM parked")
    assert waits["fact"] == f"case:{story.case_id}"


async def test_accepted_waits_a_moment_to_hear_which_team_has_it(office: Office) -> None:
    story, secret = await a_school(office)
    await office.hear_and_send(story.received(), story.accepted())
    assert await milestones(office, secret) == ["received"]
    await office.hear_and_send(story.opened(team="central"))
    assert await milestones(office, secret) == ["received", "accepted"]
    assert b"Early Help Central" in office.partners.got["school.example"][-1].content


async def test_accepted_goes_without_allocation_when_that_is_away(office: Office) -> None:
    story, secret = await a_school(office)
    await office.hear_and_send(story.received(), story.accepted())
    office.wall.passes(seconds=20)
    await office.drain()
    assert await milestones(office, secret) == ["received", "accepted"]
    assert b"Early Help West" in office.partners.got["school.example"][-1].content


@pytest.mark.parametrize("first", ["accepted", "joined"])
async def test_two_who_refer_one_family_are_each_told_only_added_to_work_in_hand(
    office: Office, first: str
) -> None:
    one, (two, secret) = Story(), await a_school(office)
    two.family_id = one.family_id
    await office.hear(one.received(), one.accepted(), one.opened())
    joined = two.joined(one.case_id, (one.referral_id,))
    messages = [two.accepted(), joined] if first == "accepted" else [joined, two.accepted()]
    await office.hear_and_send(two.received(), *messages)
    assert await milestones(office, secret) == ["received", "added_to_work_in_hand"]
    said = [(w, m.get("reason")) for w, m in await office.said(two.referral_id)]
    assert ("milestone-suppressed", "superseded") in said


async def test_a_referral_that_joined_hears_what_comes_of_the_case(office: Office) -> None:
    one, (two, secret) = Story(), await a_school(office)
    two.family_id = one.family_id
    await office.hear(one.received(), one.accepted(), one.opened())
    await office.hear(two.received(), two.joined(one.case_id, (one.referral_id,)))
    await office.hear_and_send(one.waitlisted())
    assert "waiting" in await milestones(office, secret)
