"""An agency is told by webhook: signed, once, and without holding anybody else up."""

import pytest

from tests.making.heard import Story
from tests.making.telling import Office

pytestmark = pytest.mark.postgres
URL = "https://school.example/hooks"


async def test_a_school_is_told_by_a_signed_webhook_that_its_referral_was_received(
    office: Office,
) -> None:
    story = Story()
    assert story.agency_id is not None
    endpoint = await office.an_endpoint(story.agency_id, URL)
    await office.hear_and_send(story.received())
    (told,) = office.partners.verified("school.example", endpoint["secret"])
    assert told["type"] == "milestone.told.v1"
    assert told["milestone"] == "received"
    assert told["reference"] == "SOU-7K3M-2Q9X"
    assert "Tuesday 3 November" in told["sentence"]
    assert "999" in told["sentence"]
    (said,) = await office.said(story.referral_id)
    assert said[0] == "milestone-told"
    assert said[1]["channel"] == "webhook"
    assert said[1]["milestone"] == "received"
