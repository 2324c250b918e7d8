"""From a proposed step-up on, nothing automatic may alert the family until a manager says so."""

import asyncio

import pytest
from sqlalchemy import text

from contracts.codes import ReferrerKind
from services.notifications.store import known as known_store
from tests.making.heard import Story
from tests.making.telling import Office
from tests.making.waiting import eventually

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


async def test_a_referral_found_to_be_of_a_family_in_hand_is_stopped_with_it(
    office: Office,
) -> None:
    known, second = Story(), Story(ReferrerKind.FAMILY)
    await office.hear(known.received(), known.accepted(), known.opened(), second.received())
    await office.hear(second.found_to_be(known.family_id), known.step_up())
    await office.drain()
    assert (await office.notification(second.referral_id, "received"))["status"] == "stopped"


async def test_what_is_stopped_stays_so_when_the_family_is_found_to_be_another(
    office: Office,
) -> None:
    first, known = Story(), Story(ReferrerKind.FAMILY)
    second = Story(ReferrerKind.FAMILY)
    second.family_id = first.family_id
    await office.hear(first.received(), first.diverted(), known.received(), second.received())
    await office.hear(second.found_to_be(known.family_id), second.signposted())
    assert (await office.notification(second.referral_id, "signposted"))["status"] == "stopped"
    assert "release_family_messages" in await office.asked(str(known.family_id))


async def test_nobody_is_left_to_ring_a_family_that_must_not_be_alerted(office: Office) -> None:
    story = Story(ReferrerKind.FAMILY)
    office.hub.contact |= {"email": None, "phone": None}
    await office.hear_and_send(story.received())
    about = await office.notification(story.referral_id, "received")
    assert "tell_by_phone" in await office.asked(str(about["id"]))
    await office.hear(story.step_up())
    assert await office.asked(str(about["id"])) == {}
    assert (await office.notification(story.referral_id, "received"))["status"] == "stopped"
    assert await release(office, story) == 200
    await office.drain()
    assert "tell_by_phone" in await office.asked(str(about["id"]))


async def test_a_school_is_still_rung_while_the_family_must_not_be_alerted(office: Office) -> None:
    story = Story()
    office.hub.contact |= {"email": None}
    await office.hear_and_send(story.received())
    await office.hear(story.step_up())
    assert (await office.notification(story.referral_id, "received"))["status"] == "with_person"


async def test_what_is_being_stopped_while_a_manager_releases_goes_on(office: Office) -> None:
    story, engine = Story(ReferrerKind.FAMILY), office.room.engine
    await office.hear(story.received(), story.step_up())
    async with engine.begin() as conn:
        assert await known_store.is_stopped(conn, "southend", story.family_id)
        releasing = asyncio.create_task(release(office, story))
        await eventually(lambda: waits_for_a_lock(office))
        await conn.execute(text("UPDATE notifications SET status = 'stopped'"))
    assert await releasing == 200
    assert (await office.notification(story.referral_id, "received"))["status"] == "queued"


async def waits_for_a_lock(office: Office) -> bool:
    waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = "
    return bool(await office.rows(f"{waiting} current_database()"))


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
