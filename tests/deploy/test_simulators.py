"""The simulators as one process: loud about what they are, small, and refusing production."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from deploy.simulators.configuration import Configuration, ProductionError, read_configuration
from deploy.simulators.journal import Journal, JournalFullError
from tests.making.simulators import simulators
from tests.making.waiting import eventually

ROOT = Path(__file__).parents[2]
README = ROOT / "deploy" / "simulators" / "README.md"


async def test_the_front_page_says_that_this_is_for_development_only(tmp_path: Path) -> None:
    async with simulators(tmp_path) as sims:
        assert "FOR DEVELOPMENT ONLY" in (await sims.http.get("/")).text


def test_the_simulators_do_not_start_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KINBRIDGE_ENVIRONMENT", "production")
    with pytest.raises(ProductionError):
        read_configuration(9400)


def test_the_configuration_that_the_guide_shows_is_a_good_one() -> None:
    shown = re.search(r"```json\n(.+?)```", README.read_text(), re.DOTALL)
    assert shown
    assert Configuration.model_validate_json(shown[1]).councils.keys() == {
        "southend",
        "west-sussex",
    }


async def test_a_body_that_is_too_large_is_refused_and_not_kept(tmp_path: Path) -> None:
    async with simulators(tmp_path, most_body_bytes=1_024) as sims:
        answer = await sims.http.post("/partners/a-school/webhooks", content=b"x" * 2_000)
        kept = (await sims.http.get("/partners/a-school/received")).json()["received"]
        assert (answer.status_code, kept) == (413, [])
        assert (await sims.http.post("/clock", content=b"x" * 2_000)).status_code == 413


async def test_a_full_journal_says_so_instead_of_growing(tmp_path: Path) -> None:
    async with simulators(tmp_path, most_journal_bytes=1_024) as sims:
        answers = [
            (await sims.http.post("/partners/a-school/webhooks", content=b"x" * 600)).status_code
            for _ in range(2)
        ]
    assert answers == [401, 507]


async def test_a_rejected_secret_is_not_echoed(tmp_path: Path) -> None:
    async with simulators(tmp_path) as sims:
        answer = await sims.http.put("/partners/a-school/secret", json={"secrets": "hush"})
    assert answer.status_code == 422
    assert "hush" not in answer.text


def test_a_line_that_a_kill_cut_short_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "kept.jsonl"
    Journal(path, most_bytes=100).append({"kept": True})
    with path.open("a") as file:
        file.write('{"cut')
    journal = Journal(path, most_bytes=100)
    journal.append({"after": True})
    assert [line for _, line in journal.lines()] == [{"kept": True}, {"after": True}]
    with pytest.raises(JournalFullError):
        journal.append({"long": "x" * 100})


async def test_the_process_serves_warns_and_stays_small(tmp_path: Path) -> None:
    port = a_free_port()
    with the_process(tmp_path, port) as process:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:

            async def answers() -> Any:
                return await discovery(http)

            found: Any = await eventually(answers, within=30)
        assert found["issuer"] == f"http://127.0.0.1:{port}/issuers/southend"
        assert psutil.Process(process.pid).memory_info().rss < 80 * 1_048_576
        assert "FOR DEVELOPMENT ONLY" in (tmp_path / "log").read_text()


@contextmanager
def the_process(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    told = {
        "state_directory": str(folder / "state"),
        "field_clock_file": str(folder / "clock.json"),
        "services": {"handover": "s"},
        "councils": {"southend": {"care_system": "mosaic", "care_client_secret": "s"}},
    }
    (folder / "sim.json").write_text(json.dumps(told))
    where = {"KINBRIDGE_SIM_PORT": str(port), "KINBRIDGE_SIM_CONFIG": str(folder / "sim.json")}
    command = [sys.executable, "-m", "deploy.simulators"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | where, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(10)


def a_free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


async def discovery(http: httpx.AsyncClient) -> dict[str, str]:
    try:
        answer = await http.get("/issuers/southend/.well-known/openid-configuration")
    except httpx.ConnectError as error:
        raise AssertionError from error
    found: dict[str, str] = answer.json()
    return found
