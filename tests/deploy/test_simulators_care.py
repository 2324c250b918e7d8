"""A social care system takes each pack once, says so with one receipt, and fails when told to."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.making.simulators import Simulators, simulators

PACK_ID = "0192f0a0-0000-7000-8000-0000000000aa"


def a_pack(**changes: Any) -> dict[str, Any]:
    pack = {
        "pack_id": PACK_ID,
        "version": 1,
        "sha256": "a" * 64,
        "urgent": True,
        "source": "5D",
        "original_source": "2A",
        "reasons": {"factors": ["16A", "1B"], "tried": ["A weekly visit"]},
        "household": {
            "children": [{"given_name": "Wren", "expected": "2027-02-01", "sex": "U"}],
            "adults": [{"relationship": "mother", "parental_responsibility": "unknown"}],
            "address": {"restricted": True},
        },
        "a_member_of_tomorrow": 1,
    }
    return pack | changes


async def transfer(
    sims: Simulators, pack: dict[str, Any], *, council: str = "southend", **headers: str
) -> httpx.Response:
    token = await sims.service_token("handover", "kinbridge-care")
    sent = {"Authorization": f"Bearer {token}"} | headers
    return await sims.http.post(f"/care/{council}/transfers", json=pack, headers=sent)


async def received(sims: Simulators) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await sims.http.get("/care/southend/received")).json()[
        "received"
    ]
    return found


async def test_a_pack_is_taken_in_and_has_a_receipt(tmp_path: Path) -> None:
    async with simulators(tmp_path) as sims:
        answer = await transfer(sims, a_pack())
        [kept] = await received(sims)
    assert (answer.status_code, answer.json()) == (201, {"received": "LCS-00000001"})
    assert kept["pack_body"] == a_pack()
    assert (kept["pack_id"], kept["version"], kept["answered"]) == (PACK_ID, 1, 201)


async def test_each_councils_system_writes_receipts_its_own_way(tmp_path: Path) -> None:
    async with simulators(tmp_path) as sims:
        answer = await transfer(sims, a_pack(), council="west-sussex")
        assert answer.json() == {"received": "MOS/F/0000001"}
        assert (await transfer(sims, a_pack(), council="kent")).status_code == 404


async def test_a_late_second_copy_is_recognised_even_after_a_restart(tmp_path: Path) -> None:
    async with simulators(tmp_path) as sims:
        first = await transfer(sims, a_pack())
    async with simulators(tmp_path) as sims:
        second = await transfer(sims, a_pack(), **{"Idempotency-Key": "another"})
        assert (second.status_code, second.json()) == (200, first.json())
        assert [kept["answered"] for kept in await received(sims)] == [201, 200]


async def test_a_higher_version_of_a_pack_is_a_transfer_of_its_own(tmp_path: Path) -> None:
    async with simulators(tmp_path) as sims:
        await transfer(sims, a_pack())
        answer = await transfer(sims, a_pack(version=2, sha256="b" * 64))
    assert (answer.status_code, answer.json()) == (201, {"received": "LCS-00000002"})


async def test_other_content_under_a_used_name_is_refused(tmp_path: Path) -> None:
    async with simulators(tmp_path) as sims:
        await transfer(sims, a_pack(), **{"Idempotency-Key": "one"})
        changed = await transfer(sims, a_pack(sha256="b" * 64))
        other = await transfer(sims, a_pack(version=2), **{"Idempotency-Key": "one"})
    assert (changed.status_code, other.status_code) == (409, 409)


@pytest.mark.parametrize("missing", ["pack_id", "urgent", "source", "household", "sha256"])
async def test_a_pack_without_what_it_must_have_is_refused_by_name(
    tmp_path: Path, missing: str
) -> None:
    pack = a_pack()
    del pack[missing]
    async with simulators(tmp_path) as sims:
        answer = await transfer(sims, pack)
    assert answer.status_code == 422
    assert answer.json()["detail"] == [{"field": missing, "error": "missing"}]
    assert "Wren" not in answer.text


async def test_a_step_up_that_is_not_marked_as_early_helps_is_refused(tmp_path: Path) -> None:
    async with simulators(tmp_path) as sims:
        assert (await transfer(sims, a_pack(source="2A"))).status_code == 422


async def test_only_the_handover_service_may_transfer(tmp_path: Path) -> None:
    async with simulators(tmp_path) as sims:
        url = "/care/southend/transfers"
        assert (await sims.http.post(url, json=a_pack())).status_code == 401
        for client, audience, status in (
            ("referral", "kinbridge-care", 403),
            ("handover", "kinbridge-referral", 401),
        ):
            bearer = {"Authorization": f"Bearer {await sims.service_token(client, audience)}"}
            answer = await sims.http.post(url, json=a_pack(), headers=bearer)
            assert answer.status_code == status
        worker = await sims.staff_token("southend", "staff-debbie", audience="kinbridge-care")
        bearer = {"Authorization": f"Bearer {worker}"}
        assert (await sims.http.post(url, json=a_pack(), headers=bearer)).status_code == 401
        assert await received(sims) == []


@pytest.mark.parametrize(
    ("mode", "answers", "kept"),
    [
        ("down", [503, 503, 201], [201]),
        ("reject", [422, 422, 201], [201]),
        ("slow", [201, 200, 200], [201, 200, 200]),
    ],
)
async def test_a_system_fails_for_as_many_transfers_as_it_is_told(
    tmp_path: Path, mode: str, answers: list[int], kept: list[int]
) -> None:
    async with simulators(tmp_path) as sims:
        turned = await sims.http.post("/care/southend/mode", json={"mode": mode, "for": 2})
        assert turned.json() == {"mode": mode, "for": 2}
        assert [(await transfer(sims, a_pack())).status_code for _ in range(3)] == answers
        assert [line["answered"] for line in await received(sims)] == kept


async def test_a_system_stays_down_until_it_is_switched_up(tmp_path: Path) -> None:
    async with simulators(tmp_path) as sims:
        await sims.http.post("/care/southend/mode", json={"mode": "down"})
        answers = [(await transfer(sims, a_pack())).status_code for _ in range(3)]
        await sims.http.post("/care/southend/mode", json={"mode": "up"})
        answers.append((await transfer(sims, a_pack())).status_code)
    assert answers == [503, 503, 503, 201]
