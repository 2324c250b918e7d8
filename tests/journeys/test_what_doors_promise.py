"""Every door answers whatever is sent to it as its description promises, and never with a 500."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from deploy.local.stack import Stack

pytestmark = pytest.mark.day
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
EXAMPLES = 10
"""Requests of each kind to each operation; the same in every run."""


@pytest.mark.parametrize(
    ("service", "worker"),
    [
        ("referral", "staff-debbie"),
        ("allocation", "staff-martin"),
        ("handover", "staff-martin"),
        ("notifications", "staff-kofi"),
    ],
)
def test_a_door_answers_as_it_is_described(
    stack: Stack, service: str, worker: str, tmp_path: Path
) -> None:
    simulators = stack.plan.url("simulators")
    signed_in = httpx.post(f"{simulators}/issuers/southend/token", json={"subject": worker})
    asked = subprocess.run(
        [
            SCHEMATHESIS,
            "run",
            f"{stack.plan.url(service)}/openapi.json",
            *("--header", f"Authorization: Bearer {signed_in.json()['access_token']}"),
            *("--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing"),
            *("--max-examples", str(EXAMPLES), "--generation-deterministic", "--no-color"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 0, asked.stdout
