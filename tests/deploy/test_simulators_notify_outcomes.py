"""What becomes of a message is chosen by its address, and whom Notify tells of it."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from chassis.clocks import wall_now
from tests.making.notify import (
    ADDRESS,
    MESSAGE,
    RECEIPTS,
    TEMPLATES,
    NotificationsService,
    a_letter,
    an_email,
    an_hour_passes,
    post,
    seen,
)
from tests.making.simulators import API_KEY, simulators


@pytest.mark.parametrize(
    ("kind", "recipient", "path"),
    [
        ("email", {"email_address": "simulate-delivered@example.org"}, ["sending", "delivered"]),
        ("email", {"email_address": "perm-fail@example.org"}, ["sending", "permanent-failure"]),
        ("email", {"email_address": "temp-fail-2@example.org"}, ["sending", "temporary-failure"]),
        ("email", {"email_address": "tech-fail@example.org"}, ["sending", "technical-failure"]),
        ("sms", {"phone_number": "+447700900002"}, ["sending", "permanent-failure"]),
        ("sms", {"phone_number": "07700 900003"}, ["sending", "temporary-failure"]),
        ("sms", {"phone_number": "07700900111"}, ["sending", "delivered"]),
        ("letter", {"postcode": "ss1 1aa"}, ["accepted", "received"]),
        ("letter", {"postcode": "ZZ99 1PF"}, ["accepted", "permanent-failure"]),
    ],
)
async def test_what_becomes_of_a_message_is_chosen_by_its_address(
    tmp_path: Path, kind: str, recipient: dict[str, str], path: list[str]
) -> None:
    body: dict[str, Any] = {"template_id": str(getattr(TEMPLATES, kind))}
    if kind == "letter":
        body |= {"personalisation": MESSAGE | ADDRESS | recipient}
    else:
        body |= {"personalisation": MESSAGE} | recipient
    slow = {"api_keys": [API_KEY], "settled_after_seconds": 5_400}
    async with simulators(tmp_path, notify=slow) as sims:
        sent = (await post(sims, kind, body)).json()["id"]
        walked = [(await seen(sims, sent))["status"]]
        for hour in (1, 2):
            await sims.app.state.mailroom.step(wall_now() + timedelta(hours=hour))
            walked.append((await seen(sims, sent))["status"])
        last = await seen(sims, sent)
    assert walked == ["created", *path]
    assert last["created_at"] <= last["sent_at"] <= last["completed_at"]


async def test_a_receipt_comes_with_the_bearer_and_all_its_members(tmp_path: Path) -> None:
    service = NotificationsService()
    async with simulators(tmp_path, service.client, notify=RECEIPTS) as sims:
        sent = await an_email(sims, "perm-fail@example.org")
        assert (await sims.http.get("/quiet")).json()["quiet"] is False
        await an_hour_passes(sims)
        assert (await sims.http.get("/quiet")).json()["quiet"] is True
    [request] = service.taken
    receipt = json.loads(request.content)
    assert request.headers["Authorization"] == "Bearer told-to-notify"
    assert receipt.keys() == {
        "id", "reference", "to", "status", "created_at", "completed_at", "sent_at",
        "notification_type", "template_id", "template_version",
    }  # fmt: skip
    assert (receipt["id"], receipt["reference"]) == (sent, "r-1")
    assert receipt["status"] == "permanent-failure"


async def test_a_receipt_is_posted_again_until_it_is_taken(tmp_path: Path) -> None:
    service = NotificationsService(503, 0, 204)
    async with simulators(tmp_path, service.client, notify=RECEIPTS) as sims:
        await an_email(sims)
        await an_hour_passes(sims)
    assert len(service.taken) == 3


async def test_notify_gives_up_after_its_last_try(tmp_path: Path) -> None:
    service = NotificationsService(*[500] * 9)
    async with simulators(tmp_path, service.client, notify=RECEIPTS) as sims:
        sent = await an_email(sims)
        await an_hour_passes(sims)
        assert (await seen(sims, sent))["status"] == "delivered"
    assert len(service.taken) == 3


async def test_a_message_goes_on_after_a_restart_and_is_told_once(tmp_path: Path) -> None:
    service = NotificationsService()
    slow = RECEIPTS | {"settled_after_seconds": 600}
    walked = []
    async with simulators(tmp_path, service.client, notify=slow) as sims:
        sent = await an_email(sims)
        await sims.app.state.mailroom.step(wall_now() + timedelta(minutes=1))
    for _ in range(2):
        async with simulators(tmp_path, service.client, notify=slow) as sims:
            walked.append((await seen(sims, sent))["status"])
            await an_hour_passes(sims)
    assert walked == ["sending", "delivered"]
    assert service.paths() == ["/receipts"]


async def test_a_letter_has_no_receipt_but_is_told_when_it_comes_back(tmp_path: Path) -> None:
    service = NotificationsService()
    async with simulators(tmp_path, service.client, notify=RECEIPTS) as sims:
        arrived, sent = [await a_letter(sims, to) for to in ("SS1 1AA", "ZZ99 1RT")]
        await an_hour_passes(sims)
        assert (await seen(sims, arrived))["status"] == "received"
        assert (await seen(sims, sent))["status"] == "received"
    assert service.paths() == ["/returned"]
    assert json.loads(service.taken[0].content)["notification_id"] == sent


async def test_letters_have_receipts_where_they_are_asked_for(tmp_path: Path) -> None:
    service = NotificationsService()
    asked = RECEIPTS | {"letter_receipts": True}
    async with simulators(tmp_path, service.client, notify=asked) as sims:
        await a_letter(sims, "ZZ99 1RT")
        await an_hour_passes(sims)
    assert service.paths() == ["/receipts", "/returned"]


async def test_notify_is_away_or_at_its_limit_when_it_is_told(tmp_path: Path) -> None:
    async with simulators(tmp_path) as sims:
        answers = []
        for mode in ("down", "limited"):
            await sims.http.post("/notify/mode", json={"mode": mode, "for": 1})
            answers.append((await post(sims, "email", {})).json()["status_code"])
        answers.append((await post(sims, "email", {})).json()["status_code"])
    assert answers == [500, 429, 400]


async def test_only_so_many_messages_are_kept(tmp_path: Path) -> None:
    async with simulators(tmp_path, most_notifications=1) as sims:
        await an_email(sims)
        with pytest.raises(AssertionError, match="507"):
            await an_email(sims)
