"""An agency is told by webhook: signed, once, and without holding anybody else up."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from standardwebhooks.webhooks import Webhook

from chassis.clocks import new_id
from services.notifications.domain.patience import FEW_FAILURES
from services.notifications.outbound.housekeeping import tidy_secrets
from services.notifications.outbound.seals import Sealer
from services.notifications.outbound.webhooks import webhook_lane
from tests.making.heard import Story
from tests.making.telling import Office
from tests.making.waiting import eventually
from tests.making.world_outside import answered

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


async def test_an_update_that_was_not_recorded_goes_again_under_the_same_webhook_id(
    office: Office,
) -> None:
    story = Story()
    assert story.agency_id is not None
    await office.an_endpoint(story.agency_id, URL)
    office.partners.take_and_we_die("school.example")
    await office.hear_and_send(story.received())
    assert await office.said(story.referral_id) == []
    office.wall.passes(minutes=2)
    await office.drain()
    first, again = office.partners.got["school.example"]
    assert first.headers["webhook-id"] == again.headers["webhook-id"]
    assert len(await office.said(story.referral_id)) == 1


async def test_a_receiver_that_fails_is_tried_again_after_a_pause(office: Office) -> None:
    story = Story()
    assert story.agency_id is not None
    await office.an_endpoint(story.agency_id, URL)
    office.partners.answers("school.example", 0, 503, 429, 204)
    await office.hear_and_send(story.received())
    assert len(office.partners.got["school.example"]) == 1
    for _ in range(3):
        office.wall.passes(minutes=1)
        await office.drain()
    assert len(office.partners.got["school.example"]) == 4
    assert [said for said, _ in await office.said(story.referral_id)] == ["milestone-told"]
    tries = await office.rows("SELECT outcome FROM attempts ORDER BY begun_at, id")
    assert [each["outcome"] for each in tries] == ["ConnectError", "refused", "refused", "told"]


async def test_a_redirect_is_not_followed(office: Office) -> None:
    story = Story()
    assert story.agency_id is not None
    await office.an_endpoint(story.agency_id, URL)
    inside = {"location": "http://169.254.169.254/"}
    office.partners.ways["school.example"] = lambda _: answered(302, **inside)
    await office.hear_and_send(story.received())
    assert list(office.partners.got) == ["school.example"]
    assert await office.said(story.referral_id) == []


async def test_a_dead_receiver_does_not_hold_up_the_others(office: Office) -> None:
    dead, well = Story(), Story()
    assert dead.agency_id is not None
    assert well.agency_id is not None
    await office.an_endpoint(dead.agency_id, "https://dead.example/hooks")
    await office.an_endpoint(well.agency_id, "https://well.example/hooks")
    waiting = asyncio.Event()

    async def never(_: httpx.Request) -> httpx.Response:
        await waiting.wait()
        return answered(503)

    office.partners.ways["dead.example"] = never
    crowd = [Story() for _ in range(60)]
    for story in crowd:
        story.agency_id = dead.agency_id
        await office.hear(story.received())
    await office.hear(well.received())
    lane = webhook_lane(office.room)
    running = asyncio.create_task(lane.run())
    try:
        await eventually(lambda: office.partners.got["well.example"], within=5)
        assert len(office.partners.got["dead.example"]) <= office.room.settings.webhook_per_endpoint
    finally:
        waiting.set()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_an_endpoint_that_keeps_failing_rests_and_is_then_tried_one_by_one(
    office: Office,
) -> None:
    agency_id = new_id()
    await office.an_endpoint(agency_id, URL)
    office.partners.answers("school.example", 500)
    for _ in range(8):
        story = Story()
        story.agency_id = agency_id
        await office.hear(story.received())
    await office.drain()
    calls = len(office.partners.got["school.example"])
    assert FEW_FAILURES <= calls <= 8
    (endpoint,) = await office.rows("SELECT failures, rest_until FROM endpoints")
    assert endpoint["rest_until"] > office.wall()
    await office.drain()
    assert len(office.partners.got["school.example"]) == calls
    office.wall.passes(minutes=10)
    await webhook_lane(office.room)._take_up()
    assert len(office.partners.got["school.example"]) <= calls + 1
    office.partners.answers("school.example", 204)
    for _ in range(3):
        office.wall.passes(minutes=10)
        await office.drain()
    told = await office.rows("SELECT count(*) AS n FROM notifications WHERE status = 'told'")
    assert told[0]["n"] == 8
    assert (await office.rows("SELECT failures FROM endpoints"))[0]["failures"] == 0


async def test_an_endpoint_that_is_gone_is_not_called_again_and_the_school_is_emailed(
    office: Office,
) -> None:
    story, later = Story(), Story()
    assert story.agency_id is not None
    later.agency_id = story.agency_id
    made = await office.an_endpoint(story.agency_id, URL)
    office.partners.answers("school.example", 410)
    await office.hear_and_send(story.received())
    await office.hear_and_send(later.received())
    assert len(office.partners.got["school.example"]) == 1
    assert len(office.letterbox.of("email")) == 2
    shown = await office.client.get("/webhook-endpoints", headers=office.as_agency(story.agency_id))
    assert shown.json()[0]["status"] == "disabled"
    assert "webhook_endpoint_gone" in await office.asked(made["id"])


async def test_while_a_secret_is_changed_both_sign_and_afterwards_only_the_new(
    office: Office,
) -> None:
    story, later = Story(), Story()
    assert story.agency_id is not None
    later.agency_id = story.agency_id
    endpoint = await office.an_endpoint(story.agency_id, URL)
    headers = office.as_agency(story.agency_id)
    changed = await office.client.post(
        f"/webhook-endpoints/{endpoint['id']}/secret", headers=headers
    )
    assert changed.status_code == 200
    new = changed.json()["secret"]
    await office.hear_and_send(story.received())
    (sent,) = office.partners.got["school.example"]
    assert len(sent.headers["webhook-signature"].split(" ")) == 2
    office.partners.verified("school.example", endpoint["secret"])
    office.partners.verified("school.example", new)
    office.wall.passes(hours=25)
    await tidy_secrets(office.room)
    office.partners.got.clear()
    await office.hear_and_send(later.received())
    (sent,) = office.partners.got["school.example"]
    signature = sent.headers["webhook-signature"]
    at = datetime.fromtimestamp(int(sent.headers["webhook-timestamp"]), UTC)
    body = sent.content.decode()
    assert signature == Webhook(new).sign(sent.headers["webhook-id"], at, body)


async def test_a_secret_is_sealed_at_rest_and_outlives_a_change_of_the_sealing_key(
    office: Office,
) -> None:
    agency_id = new_id()
    endpoint = await office.an_endpoint(agency_id, URL)
    (kept,) = await office.rows("SELECT sealed FROM endpoint_secrets")
    assert endpoint["secret"].removeprefix("whsec_").encode() not in bytes(kept["sealed"])
    old = office.room.settings.webhook_encryption_key.get_secret_value()
    new = Fernet.generate_key().decode()
    await tidy_secrets(replace(office.room, sealer=Sealer(SecretStr(f"{new},{old}"))))
    (kept,) = await office.rows("SELECT sealed FROM endpoint_secrets")
    assert Sealer(SecretStr(new)).open(bytes(kept["sealed"])) == endpoint["secret"]


async def test_an_agency_sees_and_changes_its_own_endpoint_alone(office: Office) -> None:
    ours, theirs = new_id(), new_id()
    endpoint = await office.an_endpoint(ours, URL)
    elsewhere = office.as_agency(ours, council="west-sussex")
    for headers in (office.as_agency(theirs), elsewhere):
        assert (await office.client.get("/webhook-endpoints", headers=headers)).json() == []
        path = f"/webhook-endpoints/{endpoint['id']}"
        assert (await office.client.delete(path, headers=headers)).status_code == 404
        assert (await office.client.post(f"{path}/secret", headers=headers)).status_code == 404
    again = await office.client.post(
        "/webhook-endpoints", json={"url": URL}, headers=office.as_agency(ours)
    )
    assert again.status_code == 409
    assert (
        "secret"
        not in (
            await office.client.get("/webhook-endpoints", headers=office.as_agency(ours))
        ).json()[0]
    )


async def test_what_is_queued_for_a_removed_endpoint_takes_the_next_road(office: Office) -> None:
    story = Story()
    assert story.agency_id is not None
    endpoint = await office.an_endpoint(story.agency_id, URL)
    await office.hear(story.received())
    path = f"/webhook-endpoints/{endpoint['id']}"
    gone = await office.client.delete(path, headers=office.as_agency(story.agency_id))
    assert gone.status_code == 204
    await office.drain()
    assert not office.partners.got["school.example"]
    assert len(office.letterbox.of("email")) == 1


async def test_a_closed_agency_is_told_nothing(office: Office) -> None:
    story = Story()
    assert story.agency_id is not None
    await office.an_endpoint(story.agency_id, URL)
    office.hub.contact["active"] = False
    await office.hear_and_send(story.received())
    assert not office.partners.got["school.example"]
    ((said, message),) = await office.said(story.referral_id)
    assert (said, message["reason"]) == ("milestone-suppressed", "agency_closed")


async def test_while_the_referral_service_is_away_nothing_is_lost(office: Office) -> None:
    story = Story()
    assert story.agency_id is not None
    await office.an_endpoint(story.agency_id, URL)
    office.hub.status = 503
    await office.hear_and_send(story.received())
    assert not office.partners.got["school.example"]
    office.hub.status = 200
    office.wall.passes(minutes=1)
    await office.drain()
    assert len(office.partners.got["school.example"]) == 1
