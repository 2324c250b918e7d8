"""From a proposed step-up on, nothing automatic may alert the family until a manager says so."""

import pytest

from contracts.codes import ReferrerKind
from tests.making.heard import Story
from tests.making.telling import Office

pytestmark = pytest.mark.postgres


async def release(office: Office, story: Story, role: str = "duty_manager") -> int:
    path = f"/families/{story.family_id}/release"
    return (await office.client.post(path, headers=office.as_worker(role))).status_code


@pytest.mark.parametrize("stop", ["diverted", "step_up"])
async def test_a_message_to_the_family_stops_and_goes_on_when_a_manager_releases_it(
    office: Office, stop: str
) -> None:
    story = Story(ReferrerKind.FAMILY)
    await office.hear(story.received())
    await office.hear(story.diverted() if stop == "diverted" else story.step_up())
    await office.drain()
    assert office.letterbox.sent == []
    assert (await office.notification(story.referral_id, "received"))["status"] == "stopped"
    assert "release_family_messages" in await office.asked(str(story.family_id))
    assert await release(office, story, "practitioner") == 403
    assert await release(office, story) == 200
    await office.drain()
    assert len(office.letterbox.of("email")) == 1
    assert await office.asked(str(story.family_id)) == {}
    assert await release(office, story) == 404


async def test_a_stop_that_comes_first_stops_what_comes_after(office: Office) -> None:
    story = Story(ReferrerKind.FAMILY)
    await office.hear(story.step_up())
    await office.hear_and_send(story.received())
    assert office.letterbox.sent == []
    assert (await office.notification(story.referral_id, "received"))["status"] == "stopped"


async def test_another_referral_of_the_same_family_is_stopped_too(office: Office) -> None:
    first, second = Story(), Story(ReferrerKind.FAMILY)
    second.family_id = first.family_id
    await office.hear(first.received(), first.diverted(), second.received())
    await office.drain()
    assert [each["email_address"] for each in office.letterbox.sent] == [
        "safeguarding@school.example"
    ]
    assert (await office.notification(second.referral_id, "received"))["status"] == "stopped"


async def test_after_a_release_a_new_step_up_stops_again(office: Office) -> None:
    story = Story(ReferrerKind.FAMILY)
    await office.hear(story.received(), story.diverted())
    await release(office, story)
    await office.hear(story.step_up())
    await office.drain()
    assert office.letterbox.sent == []


async def test_other_families_messages_go_on(office: Office) -> None:
    stopped, other = Story(ReferrerKind.FAMILY), Story(ReferrerKind.FAMILY)
    await office.hear(stopped.step_up(), other.received())
    await office.drain()
    assert len(office.letterbox.of("email")) == 1


async def test_a_letter_stops_and_goes_on_when_released(office: Office) -> None:
    story = Story()
    await office.hear(story.received(), story.accepted(), story.opened(), story.letter())
    await office.hear(story.step_up())
    await office.drain()
    assert office.letterbox.of("letter") == []
    kinds = [what for what, _ in await office.said(story.referral_id)]
    assert "letter-dispatched" not in kinds
    assert "letter-not-sent" not in kinds
    assert await release(office, story) == 200
    await office.drain()
    assert len(office.letterbox.of("letter")) == 1
