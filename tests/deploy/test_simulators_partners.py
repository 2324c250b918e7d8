"""A partner's receiver checks what it is sent as a careful partner would, and keeps all of it."""

import base64
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from chassis.clocks import wall_now
from tests.making.simulators import Simulators, simulators

AGENCY = "0192f0a0-0000-7000-8000-00000000000a"
SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
OTHER = "whsec_" + base64.b64encode(b"o" * 32).decode()
BODY = '{"type":"accepted","reference":"KB-1"}'


async def a_delivery(sims: Simulators, *, signed_with: str = SECRET) -> httpx.Response:
    now = wall_now()
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(signed_with).sign("msg_1", now, BODY),
    }
    return await sims.http.post(f"/partners/{AGENCY}/webhooks", content=BODY, headers=headers)


async def received(sims: Simulators) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await sims.http.get(f"/partners/{AGENCY}/received")).json()[
        "received"
    ]
    return found


async def give_secret(sims: Simulators, secret: str = SECRET) -> httpx.Response:
    return await sims.http.put(f"/partners/{AGENCY}/secret", json={"secret": secret})


async def test_a_signed_delivery_is_taken_and_kept_as_it_came(tmp_path: Path) -> None:
    async with simulators(tmp_path) as sims:
        assert (await give_secret(sims)).status_code == 204
        assert (await a_delivery(sims)).status_code == 204
        [kept] = await received(sims)
    assert (kept["id"], kept["verified"]) == ("msg_1", True)
    assert kept["body"] == {"type": "accepted", "reference": "KB-1"}
    assert kept["timestamp"].isdecimal()


async def test_a_mis_signed_delivery_is_refused_and_recorded_as_such(tmp_path: Path) -> None:
    async with simulators(tmp_path) as sims:
        await give_secret(sims)
        assert (await a_delivery(sims, signed_with=OTHER)).status_code == 401
        assert [kept["verified"] for kept in await received(sims)] == [False]


@pytest.mark.parametrize("signature", ["", "v1", "v1,%%%", "v2,AAAA"])
async def test_a_delivery_with_a_broken_signature_is_recorded_too(
    tmp_path: Path, signature: str
) -> None:
    headers = {"webhook-id": "m", "webhook-timestamp": "1", "webhook-signature": signature}
    async with simulators(tmp_path) as sims:
        await give_secret(sims)
        url = f"/partners/{AGENCY}/webhooks"
        answer = await sims.http.post(url, content=b"\xff", headers=headers)
        [kept] = await received(sims)
    assert (answer.status_code, kept["verified"], kept["body"]) == (401, False, "\ufffd")


async def test_without_a_secret_nothing_is_believed(tmp_path: Path) -> None:
    async with simulators(tmp_path) as sims:
        assert (await a_delivery(sims)).status_code == 401


async def test_secret_and_deliveries_are_there_after_a_restart(tmp_path: Path) -> None:
    async with simulators(tmp_path) as sims:
        await give_secret(sims, OTHER)
        await give_secret(sims)
        await a_delivery(sims)
    async with simulators(tmp_path) as sims:
        assert (await a_delivery(sims)).status_code == 204
        assert [kept["verified"] for kept in await received(sims)] == [True, True]


async def test_a_secret_that_is_none_is_refused(tmp_path: Path) -> None:
    async with simulators(tmp_path) as sims:
        assert (await give_secret(sims, "whsec_")).status_code == 422
        assert (await give_secret(sims, "whsec_%")).status_code == 422


@pytest.mark.parametrize(
    ("mode", "answers", "kept"),
    [("down", [503, 503, 204], 1), ("gone", [410, 410, 204], 1), ("slow", [204, 204, 204], 3)],
)
async def test_a_receiver_is_away_for_as_long_as_it_is_told(
    tmp_path: Path, mode: str, answers: list[int], kept: int
) -> None:
    async with simulators(tmp_path) as sims:
        await give_secret(sims)
        await sims.http.post(f"/partners/{AGENCY}/mode", json={"mode": mode, "for": 2})
        assert [(await a_delivery(sims)).status_code for _ in range(3)] == answers
        assert len(await received(sims)) == kept


async def test_there_are_only_so_many_partners(tmp_path: Path) -> None:
    async with simulators(tmp_path, most_partners=1) as sims:
        await give_secret(sims)
        assert (await sims.http.get("/partners/another/received")).status_code == 507


async def test_what_was_received_is_read_page_by_page(tmp_path: Path) -> None:
    async with simulators(tmp_path) as sims:
        for _ in range(3):
            await a_delivery(sims)
        url = f"/partners/{AGENCY}/received"
        first = (await sims.http.get(url, params={"limit": 2})).json()
        second = (await sims.http.get(url, params={"after": first["next"]})).json()
        third = (await sims.http.get(url, params={"after": second["next"]})).json()
    assert [len(page["received"]) for page in (first, second, third)] == [2, 1, 0]
