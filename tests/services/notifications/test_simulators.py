"""The service beside the simulators that a development day is played with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.simulators.notify.recipients import LETTER_COMES_BACK
from tests.making.databases import Fresh
from tests.making.heard import Story
from tests.making.notify import an_hour_passes
from tests.making.simulators import API_KEY, URL, Simulators, simulators
from tests.making.telling import CALLBACK_TOKEN, Office, an_office

pytestmark = pytest.mark.postgres
OURS = "http://notifications.test/callbacks/govuk-notify"
NOTIFY = {
    "api_keys": [API_KEY],
    "receipts_url": OURS,
    "returned_letters_url": f"{OURS}/returned-letters",
    "receipts_bearer": CALLBACK_TOKEN,
    "receipts_retry_seconds": [0, 0],
}


@asynccontextmanager
async def both(fresh: Fresh, folder: Path) -> AsyncIterator[tuple[Office, Simulators]]:
    """Open the service and the simulators, each calling the other."""
    here: dict[str, Office] = {}

    async def call_back(request: httpx.Request) -> httpx.Response:
        office = here["office"]
        return await office.client.post(
            request.url.path, content=request.content, headers=request.headers
        )

    posts = httpx.AsyncClient(transport=httpx.MockTransport(call_back))
    async with simulators(folder, posts, notify=NOTIFY) as sims:
        outside = httpx.ASGITransport(sims.app)
        database = fresh("notifications")
        where = {"notify_url": f"{URL}/notify", "notify_api_key": API_KEY}
        async with an_office(database, folder, outside, **where) as office:
            here["office"] = office
            yield office, sims
    await posts.aclose()


async def received(sims: Simulators, agency: object) -> list[dict[str, Any]]:
    answer = await sims.http.get(f"/partners/{agency}/received")
    found: list[dict[str, Any]] = answer.json()["received"]
    return found


async def test_a_partner_verifies_what_it_is_told_and_gets_an_email_once_its_system_is_gone(
    fresh_database: Fresh, tmp_path: Path
) -> None:
    async with both(fresh_database, tmp_path) as (office, sims):
        story = Story()
        assert story.agency_id is not None
        url = f"{URL}/partners/{story.agency_id}/webhooks"
        made = await office.an_endpoint(story.agency_id, url)
        path = f"/partners/{story.agency_id}"
        await sims.http.put(f"{path}/secret", json={"secret": made["secret"]})
        await office.hear_and_send(story.received())
        (got,) = await received(sims, story.agency_id)
        assert got["verified"] is True
        await sims.http.post(f"{path}/mode", json={"mode": "gone"})
        await office.hear_and_send(story.signposted())
        await an_hour_passes(sims)
        told = [m["channel"] for _, m in await office.said(story.referral_id)]
        assert told == ["webhook", "email"]


async def test_an_inbox_that_does_not_exist_leads_to_a_telephone_call(
    fresh_database: Fresh, tmp_path: Path
) -> None:
    async with both(fresh_database, tmp_path) as (office, sims):
        office.hub.contact["email"] = "perm-fail@school.example"
        await office.hear_and_send(Story().received())
        await an_hour_passes(sims)
        assert "tell_by_phone" in await office.asked()


async def test_a_letter_goes_and_comes_back(fresh_database: Fresh, tmp_path: Path) -> None:
    async with both(fresh_database, tmp_path) as (office, sims):
        story = Story()
        office.hub.address["address_lines"] = ["1 Pier Hill", "Southend", LETTER_COMES_BACK]
        await office.hear_and_send(
            story.received(), story.accepted(), story.opened(), story.letter()
        )
        await an_hour_passes(sims)
        said = [(w, m.get("reason")) for w, m in await office.said(story.referral_id)]
        assert ("letter-dispatched", None) in said
        assert ("letter-not-sent", "returned") in said
