"""When one road fails the next is taken: webhook, e-mail, and in the end a person who rings."""

from datetime import UTC, datetime

import pytest

from contracts.codes import ReferrerKind
from tests.making.heard import Story
from tests.making.telling import CALLBACK_TOKEN, Office

pytestmark = pytest.mark.postgres
CALLBACK = "/callbacks/govuk-notify"
FROM_NOTIFY = {"Authorization": f"Bearer {CALLBACK_TOKEN}"}


async def receipt(office: Office, status: str, which: int = -1) -> int:
    """Let Notify call back about an e-mail that it took."""
    sent = office.letterbox.sent[which]
    body = {
        "id": sent["id"],
        "reference": sent["reference"],
        "status": status,
        "to": "a@b.example",
        "notification_type": sent["kind"],
    }
    return (await office.client.post(CALLBACK, json=body, headers=FROM_NOTIFY)).status_code


async def told(office: Office, story: Story) -> list[tuple[str, str]]:
    """Give what was said of the referral, with its channel or reason."""
    said = await office.said(story.referral_id)
    return [(what, str(m.get("channel") or m.get("reason"))) for what, m in said]


async def test_a_school_without_an_endpoint_gets_an_email_that_says_only_there_is_an_update(
    office: Office,
) -> None:
    story = Story()
    await office.hear_and_send(story.received())
    (email,) = office.letterbox.of("email")
    assert email["email_address"] == "safeguarding@school.example"
    assert email["personalisation"] == {
        "reference": "SOU-7K3M-2Q9X",
        "message": "You have an update, reference SOU-7K3M-2Q9X.",
    }
    assert await told(office, story) == []
    assert await receipt(office, "delivered") == 204
    assert await told(office, story) == [("milestone-told", "email")]


async def test_a_callback_told_twice_is_told_once(office: Office) -> None:
    story = Story()
    await office.hear_and_send(story.received())
    for _ in range(2):
        assert await receipt(office, "delivered") == 204
    assert len(await told(office, story)) == 1


@pytest.mark.parametrize("bearer", [{}, {"Authorization": "Bearer somebody-else"}])
async def test_nobody_but_notify_may_call_back(office: Office, bearer: dict[str, str]) -> None:
    for path in (CALLBACK, f"{CALLBACK}/returned-letters"):
        body = {"id": "x", "notification_id": "x", "reference": "y", "status": "delivered"}
        assert (await office.client.post(path, json=body, headers=bearer)).status_code == 401


async def test_a_callback_about_another_systems_message_changes_nothing(office: Office) -> None:
    body = {"id": "x", "reference": "theirs", "status": "delivered"}
    answer = await office.client.post(CALLBACK, json=body, headers=FROM_NOTIFY)
    assert answer.status_code == 204


async def test_where_no_email_arrives_the_duty_contact_is_asked_to_ring(office: Office) -> None:
    story = Story()
    await office.hear_and_send(story.received())
    await receipt(office, "permanent-failure")
    about = await office.notification(story.referral_id, "received")
    assert about["status"] == "with_person"
    prompt = (await office.asked(str(about["id"])))["tell_by_phone"]
    assert prompt["role"] == "duty_manager"
    assert prompt["assignee"] == "Early Help duty practitioner"
    path = f"/notifications/{about['id']}/told-by-phone"
    for outcome, status in (("not_reached", "with_person"), ("told", "told")):
        answer = await office.client.post(
            path, json={"outcome": outcome}, headers=office.as_worker()
        )
        assert answer.json()["status"] == status
    assert await told(office, story) == [("milestone-told", "phone")]
    assert await office.asked(str(about["id"])) == {}


async def test_when_ringing_turns_out_not_to_be_safe_nobody_is_told(office: Office) -> None:
    story = Story(ReferrerKind.FAMILY)
    office.hub.contact |= {"email": None, "phone": None}
    await office.hear_and_send(story.received())
    about = await office.notification(story.referral_id, "received")
    answer = await office.client.post(
        f"/notifications/{about['id']}/told-by-phone",
        json={"outcome": "not_safe"},
        headers=office.as_worker(),
    )
    assert answer.json()["status"] == "suppressed"
    assert await told(office, story) == [("milestone-suppressed", "no_safe_route")]


async def test_a_parent_whose_email_fails_gets_a_text_message(office: Office) -> None:
    story = Story(ReferrerKind.FAMILY)
    await office.hear_and_send(story.received())
    await receipt(office, "permanent-failure")
    await office.drain()
    (text,) = office.letterbox.of("sms")
    assert text["personalisation"]["message"] == "You have an update, reference SOU-7K3M-2Q9X."
    await receipt(office, "delivered")
    assert await told(office, story) == [("milestone-told", "sms")]


async def test_an_email_that_failed_for_now_is_sent_again_a_few_times_then_somebody_rings(
    office: Office,
) -> None:
    story = Story()
    await office.hear_and_send(story.received())
    for _ in range(3):
        await receipt(office, "temporary-failure")
        office.wall.passes(minutes=10)
        await office.drain()
    assert len({each["reference"] for each in office.letterbox.of("email")}) == 3
    assert (await office.notification(story.referral_id, "received"))["status"] == "with_person"


async def test_a_late_receipt_of_an_earlier_email_does_not_fail_the_later_one(
    office: Office,
) -> None:
    story = Story()
    await office.hear_and_send(story.received())
    await receipt(office, "temporary-failure")
    office.wall.passes(minutes=10)
    await office.drain()
    await receipt(office, "permanent-failure", which=0)
    assert (await office.notification(story.referral_id, "received"))["status"] == "queued"


async def test_an_email_whose_answer_was_lost_is_not_sent_twice(office: Office) -> None:
    story = Story()
    office.letterbox.mode = "deaf"
    await office.hear_and_send(story.received())
    office.letterbox.mode = "up"
    office.wall.passes(minutes=1)
    await office.drain()
    assert len(office.letterbox.of("email")) == 1
    await receipt(office, "delivered")
    assert len(await told(office, story)) == 1


async def test_an_email_that_we_died_while_sending_is_not_sent_twice(office: Office) -> None:
    story = Story()
    office.letterbox.mode = "we die"
    await office.hear_and_send(story.received())
    office.wall.passes(minutes=5)
    await office.drain()
    assert len(office.letterbox.of("email")) == 1


async def test_notify_is_asked_when_it_stays_silent(office: Office) -> None:
    story = Story()
    await office.hear_and_send(story.received())
    office.letterbox.status = "delivered"
    await office.drain()
    assert await told(office, story) == []
    office.wall.passes(minutes=2)
    await office.drain()
    assert await told(office, story) == [("milestone-told", "email")]


async def test_a_message_that_notify_has_forgotten_goes_to_a_person(office: Office) -> None:
    story = Story()
    await office.hear_and_send(story.received())
    office.letterbox.sent.clear()
    office.wall.passes(days=8)
    await office.drain()
    assert (await office.notification(story.referral_id, "received"))["status"] == "with_person"


async def test_while_notify_is_down_an_email_waits_and_in_the_end_somebody_rings(
    office: Office,
) -> None:
    story = Story()
    office.letterbox.mode = "down"
    await office.hear_and_send(story.received())
    assert (await office.notification(story.referral_id, "received"))["status"] == "queued"
    office.wall.passes(hours=9)
    await office.drain()
    assert (await office.notification(story.referral_id, "received"))["status"] == "with_person"


async def test_an_address_that_notify_refuses_goes_to_a_person_at_once(office: Office) -> None:
    story = Story()
    office.letterbox.mode = "refusing"
    await office.hear_and_send(story.received())
    assert "tell_by_phone" in await office.asked()


async def test_a_receiver_that_is_dead_for_hours_is_given_up_for_an_email(office: Office) -> None:
    story = Story()
    assert story.agency_id is not None
    await office.an_endpoint(story.agency_id, "https://school.example/hooks")
    office.partners.answers("school.example", 503)
    await office.hear_and_send(story.received())
    assert office.letterbox.of("email") == []
    office.wall.passes(hours=5)
    await office.drain()
    assert len(office.letterbox.of("email")) == 1


async def test_a_refused_detail_goes_to_a_person(office: Office) -> None:
    story = Story()
    office.hub.status = 403
    await office.hear_and_send(story.received())
    assert "tell_by_phone" in await office.asked()


async def test_a_referrer_untold_for_three_working_days_is_put_before_a_manager(
    office: Office,
) -> None:
    story = Story()
    office.letterbox.mode = "down"
    await office.hear_and_send(story.received())
    await office.timers()
    assert "referrer_not_told" not in await office.asked()
    office.days_pass(7)
    await office.timers()
    assert "referrer_not_told" in await office.asked()
    assert ("milestone-unsettled", "None") in await told(office, story)


async def test_a_settled_notification_is_never_called_unsettled(office: Office) -> None:
    story = Story()
    await office.hear_and_send(story.received())
    await receipt(office, "delivered")
    office.days_pass(7)
    await office.timers()
    assert await told(office, story) == [("milestone-told", "email")]


async def test_a_text_message_waits_until_the_desk_is_open(office: Office) -> None:
    story = Story(ReferrerKind.FAMILY)
    office.hub.contact["email"] = None
    office.room.clock.move_to(datetime(2026, 11, 6, 22, 0, tzinfo=UTC))
    await office.hear_and_send(story.received())
    office.wall.passes(hours=20)
    await office.drain()
    assert office.letterbox.sent == []
    office.room.clock.move_to(datetime(2026, 11, 9, 9, 5, tzinfo=UTC))
    office.wall.passes(hours=40)
    await office.drain()
    assert len(office.letterbox.of("sms")) == 1
