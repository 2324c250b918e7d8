"""The pull feed, for agencies whose systems cannot be called."""

import pytest

from chassis.clocks import new_id
from tests.making.heard import Story
from tests.making.telling import Office

pytestmark = pytest.mark.postgres


async def test_an_agency_pulls_its_own_updates_and_says_that_it_has_read_them(
    office: Office,
) -> None:
    story, other = Story(), Story()
    assert story.agency_id is not None
    office.letterbox.mode = "down"
    await office.hear_and_send(story.received(), other.received(), story.signposted())
    headers = office.as_agency(story.agency_id)
    found = (await office.client.get("/updates", headers=headers)).json()
    assert [each["update"]["milestone"] for each in found] == ["received", "signposted"]
    after = await office.client.get(f"/updates?after={found[0]['id']}", headers=headers)
    assert [each["id"] for each in after.json()] == [found[1]["id"]]
    path = f"/updates/{found[0]['id']}/read"
    for _ in range(2):
        assert (await office.client.post(path, headers=headers)).status_code == 204
    ((said, message),) = await office.said(story.referral_id)
    assert (said, message["channel"]) == ("milestone-told", "feed")
    stranger = office.as_agency(new_id())
    assert (await office.client.get("/updates", headers=stranger)).json() == []
    assert (await office.client.post(path, headers=stranger)).status_code == 404


async def test_what_was_read_does_not_come_again(office: Office) -> None:
    story = Story()
    assert story.agency_id is not None
    office.letterbox.mode = "down"
    await office.hear_and_send(story.received(), story.signposted())
    headers = office.as_agency(story.agency_id)
    first, second = (await office.client.get("/updates", headers=headers)).json()
    await office.client.post(f"/updates/{second['id']}/read", headers=headers)
    left = (await office.client.get("/updates", headers=headers)).json()
    assert [each["id"] for each in left] == [first["id"]]
    read = await office.rows("SELECT actor_kind FROM audit WHERE action = 'update read'")
    assert read == [{"actor_kind": "agency"}]


async def test_what_was_approved_late_is_pulled_after_what_came_later(office: Office) -> None:
    story = Story()
    assert story.agency_id is not None
    headers = office.as_agency(story.agency_id)
    await office.hear(story.received(), story.handed_over(), story.signposted())
    for each in (await office.client.get("/updates", headers=headers)).json():
        await office.client.post(f"/updates/{each['id']}/read", headers=headers)
    about = await office.notification(story.referral_id, "step_up")
    await office.client.post(f"/notifications/{about['id']}/approval", headers=office.as_worker())
    found = (await office.client.get("/updates", headers=headers)).json()
    assert [each["update"]["milestone"] for each in found] == ["step_up"]


async def test_who_pulls_quickly_hears_no_more_than_who_waits(office: Office) -> None:
    one, two = Story(), Story()
    assert two.agency_id is not None
    headers = office.as_agency(two.agency_id)
    await office.hear(one.received(), one.accepted(), one.opened())
    await office.hear(two.received(), two.accepted())
    about = await office.notification(two.referral_id, "accepted")
    found = (await office.client.get("/updates", headers=headers)).json()
    assert [each["update"]["milestone"] for each in found] == ["received"]
    read = await office.client.post(f"/updates/{about['id']}/read", headers=headers)
    assert read.status_code == 404
    await office.hear(two.joined(one.case_id, (one.referral_id,)))
    found = (await office.client.get("/updates", headers=headers)).json()
    milestones = [each["update"]["milestone"] for each in found]
    assert milestones == ["received", "added_to_work_in_hand"]


async def test_no_team_is_named_to_who_pulls(office: Office) -> None:
    story = Story()
    assert story.agency_id is not None
    await office.hear(story.received(), story.accepted(), story.opened(), story.allocated())
    headers = office.as_agency(story.agency_id)
    assert "Early Help West" not in (await office.client.get("/updates", headers=headers)).text


async def test_what_is_held_cannot_be_pulled(office: Office) -> None:
    story = Story()
    assert story.agency_id is not None
    await office.hear_and_send(story.received(), story.handed_over())
    found = await office.client.get("/updates", headers=office.as_agency(story.agency_id))
    assert [each["update"]["milestone"] for each in found.json()] == ["received"]


async def test_an_agency_without_the_scope_pulls_nothing(office: Office) -> None:
    headers = office.agencies.bearer(
        aud="kinbridge-notifications",
        kinbridge_organisation=str(new_id()),
        kinbridge_council="southend",
        scope="referrals.submit",
    )
    assert (await office.client.get("/updates", headers=headers)).status_code == 403
    assert (await office.client.get("/webhook-endpoints", headers=headers)).status_code == 403
