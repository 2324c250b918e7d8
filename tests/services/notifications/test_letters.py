"""The no-contact letter: posted once, only where post is safe, and the days begin only then."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.making.heard import Story
from tests.making.telling import CALLBACK_TOKEN, START, Office

pytestmark = pytest.mark.postgres
FROM_NOTIFY = {"Authorization": f"Bearer {CALLBACK_TOKEN}"}
CALLBACK = "/callbacks/govuk-notify"


async def a_case(office: Office) -> Story:
    """A case whose family agreed, before anybody asks for a letter."""
    story = Story()
    await office.hear_and_send(
        story.received(), story.agrees(), story.accepted(), story.opened(), story.allocated()
    )
    office.letterbox.sent.clear()
    return story


async def of_letters(office: Office, story: Story) -> list[tuple[str, Any]]:
    """Give what was said of letters, with its reason."""
    said = await office.said(story.referral_id)
    return [(what, m.get("reason")) for what, m in said if what.startswith("letter")]


async def test_a_letter_is_posted_and_the_days_begin(office: Office) -> None:
    story = await a_case(office)
    await office.hear_and_send(story.letter())
    (letter,) = office.letterbox.of("letter")
    given = letter["personalisation"]
    assert given["address_line_1"] == "Invented Person"
    assert given["address_line_4"] == "SS1 1AA"
    assert "Thursday 12 November" in given["message"]
    assert "01632 960177" in given["message"]
    assert "It is your choice" in given["message"]
    message = dict(await office.said(story.referral_id))["letter-dispatched"]
    assert message["case_id"] == str(story.case_id)
    assert message["letter_id"] == str(story.letter_id)
    dispatched = datetime.fromisoformat(message["dispatched_at"])
    assert abs(dispatched - START) < timedelta(minutes=5)


async def test_the_school_is_told_that_the_letter_went(office: Office) -> None:
    story = await a_case(office)
    await office.hear_and_send(story.letter())
    assert len(office.letterbox.of("email")) == 1
    about = await office.notification(story.referral_id, "no_contact_letter")
    assert about["due_at"] > START


async def test_no_address_is_kept(office: Office) -> None:
    story = await a_case(office)
    await office.hear_and_send(story.letter())
    ours = "schemaname = 'public' AND tablename <> 'alembic_version'"
    tables = await office.rows(f"SELECT tablename FROM pg_tables WHERE {ours}")  # noqa: S608
    for table in (each["tablename"] for each in tables):
        rows = await office.rows(f"SELECT t::text AS line FROM {table} t")  # noqa: S608
        assert not any("Pier Hill" in str(row["line"]) for row in rows), table


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("post_is_not_safe", "post_not_safe"),
        ("restricted", "post_not_safe"),
        ("no_address", "no_address"),
        ("agreement_withdrawn", "agreement_withdrawn"),
    ],
)
async def test_where_post_is_not_safe_no_letter_goes_and_no_days_begin(
    office: Office, answer: str, reason: str
) -> None:
    story = await a_case(office)
    office.hub.address = {"allowed": False, "reason": answer}
    await office.hear_and_send(story.letter())
    assert office.letterbox.sent == []
    assert await of_letters(office, story) == [("letter-not-sent", reason)]


async def test_no_letter_goes_to_who_took_agreement_back(office: Office) -> None:
    story = await a_case(office)
    await office.hear_and_send(story.withdraws(), story.letter())
    assert office.letterbox.sent == []
    assert await of_letters(office, story) == [("letter-not-sent", "agreement_withdrawn")]
    assert "letter_address" not in office.hub.purposes


@pytest.mark.parametrize("mode", ["deaf", "we die"])
async def test_a_letter_whose_posting_was_not_recorded_is_not_posted_twice(
    office: Office, mode: str
) -> None:
    story = await a_case(office)
    office.letterbox.mode = mode
    await office.hear_and_send(story.letter())
    office.letterbox.mode = "up"
    office.wall.passes(minutes=10)
    await office.drain()
    assert len(office.letterbox.of("letter")) == 1
    assert await of_letters(office, story) == [("letter-dispatched", None)]


async def test_a_letter_that_may_have_gone_is_not_sent_while_notify_cannot_be_asked(
    office: Office,
) -> None:
    story = await a_case(office)
    office.letterbox.mode = "deaf"
    await office.hear_and_send(story.letter())
    office.letterbox.mode = "down"
    for _ in range(10):
        office.wall.passes(minutes=30)
        await office.drain()
    assert len(office.letterbox.of("letter")) == 1
    assert "letter_delayed" in await office.asked(str(story.letter_id))
    office.letterbox.mode = "up"
    office.wall.passes(minutes=30)
    await office.drain()
    assert len(office.letterbox.of("letter")) == 1
    assert await office.asked(str(story.letter_id)) == {}


async def test_a_letter_asked_for_twice_is_posted_once(office: Office) -> None:
    story = await a_case(office)
    await office.hear_and_send(story.letter(), story.letter())
    assert len(office.letterbox.of("letter")) == 1


async def test_a_letter_that_notify_refuses_is_told_to_the_worker(office: Office) -> None:
    story = await a_case(office)
    office.letterbox.mode = "refusing"
    await office.hear_and_send(story.letter())
    assert await of_letters(office, story) == [("letter-not-sent", "refused_by_provider")]


async def test_a_letter_that_failed_is_never_sent_again(office: Office) -> None:
    story = await a_case(office)
    await office.hear_and_send(story.letter())
    (letter,) = office.letterbox.of("letter")
    body = {"id": letter["id"], "reference": letter["reference"], "status": "technical-failure"}
    answer = await office.client.post(CALLBACK, json=body, headers=FROM_NOTIFY)
    assert answer.status_code == 204
    await office.drain()
    assert len(office.letterbox.of("letter")) == 1
    assert (await of_letters(office, story))[-1] == ("letter-not-sent", "refused_by_provider")


async def test_notify_is_asked_about_a_letter_it_never_calls_back_about(office: Office) -> None:
    story = await a_case(office)
    await office.hear_and_send(story.letter())
    office.letterbox.of("letter")[0]["status"] = "permanent-failure"
    office.wall.passes(hours=2)
    await office.drain()
    assert (await of_letters(office, story))[-1] == ("letter-not-sent", "refused_by_provider")


async def test_a_letter_that_comes_back_weeks_later_reopens_the_question_of_safe_post(
    office: Office,
) -> None:
    story = await a_case(office)
    await office.hear_and_send(story.letter())
    (letter,) = office.letterbox.of("letter")
    body = {"notification_id": letter["id"], "reference": letter["reference"]}
    for _ in range(2):
        answer = await office.client.post(
            f"{CALLBACK}/returned-letters", json=body, headers=FROM_NOTIFY
        )
        assert answer.status_code == 204
    assert (await of_letters(office, story))[-1] == ("letter-not-sent", "returned")
    assert len(await of_letters(office, story)) == 2
    assert "letter_returned_ask_about_safe_post" in await office.asked(str(story.letter_id))


async def test_without_agreement_the_letter_names_the_duty_desk(office: Office) -> None:
    story = Story()
    await office.hear_and_send(story.received(), story.accepted(), story.opened(), story.letter())
    (letter,) = office.letterbox.of("letter")
    assert "01632 960177" not in letter["personalisation"]["message"]
    assert "milestone_detail" not in office.hub.purposes
