"""A referral that was opened again is decided again, and its referrer hears that too."""

import pytest

from tests.making.heard import Story
from tests.making.telling import Office

pytestmark = pytest.mark.postgres
URL = "https://school.example/hooks"


async def a_school(office: Office) -> Story:
    story = Story()
    assert story.agency_id is not None
    await office.an_endpoint(story.agency_id, URL)
    await office.hear_and_send(story.received())
    office.partners.got.clear()
    return story


async def test_the_same_decision_taken_again_is_told_again(office: Office) -> None:
    story = await a_school(office)
    await office.hear(story.signposted(), sequence=3)
    await office.drain()
    await office.hear(story.signposted(), sequence=5)
    await office.drain()
    assert len(office.partners.got["school.example"]) == 2
    told = [what for what, _ in await office.said(story.referral_id)]
    assert told == ["milestone-told"] * 3


async def test_a_decision_that_was_overtaken_is_not_told_any_more(office: Office) -> None:
    story = await a_school(office)
    await office.hear(story.signposted(), sequence=3)
    await office.hear(story.not_proceeding(), sequence=5)
    await office.drain()
    (sent,) = office.partners.got["school.example"]
    assert b"not proceeding" in sent.content
    said = [(message["milestone"], what) for what, message in await office.said(story.referral_id)]
    assert ("signposted", "milestone-suppressed") in said
