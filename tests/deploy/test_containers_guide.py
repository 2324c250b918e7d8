"""The operator's guide speaks of commands, measures, files and log lines that there are."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from deploy.containers.compose_file import ComposeFile
from deploy.containers.env_example import COMPOSE_ONLY, fields_of
from deploy.local.parts import SERVICES
from deploy.local.places import ROOT

PAGES = [*sorted((ROOT / "docs" / "operator-guide").glob("*.md")), ROOT / "deploy/airgap/README.md"]
MADE = re.compile(
    r"(?:Gauge|Counter|Histogram|gauge|counter|histogram)\(\s*\"(?:kinbridge_)?(\w+)\""
)
SUFFIXES = ("", "_total", "_bucket", "_count", "_sum")
NOT_SETTINGS = {"KINBRIDGE_ENGINE", "KINBRIDGE_DEBIAN_MIRROR", "KINBRIDGE_LOUD", *COMPOSE_ONLY}


@cache
def code() -> str:
    return "\n".join(
        path.read_text() for room in ("chassis", "services") for path in (ROOT / room).rglob("*.py")
    )


def unknown_measures(text: str) -> set[str]:
    known = {f"kinbridge_{name}{suffix}" for name in MADE.findall(code()) for suffix in SUFFIXES}
    known |= {"kinbridge_admin", "kinbridge_postgres"}
    settings = {name.lower() for service in SERVICES for name in fields_of(service)}
    return set(re.findall(r"\bkinbridge_[a-z_]+\b(?![<*])", text)) - known - settings


def unknown_commands(text: str) -> set[str]:
    targets = set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text()))
    return set(re.findall(r"\bmake ([a-z]+(?:-[a-z]+)*)\b(?=[`\s])", text)) - targets - {"run"}


def broken_links(page: Path) -> Iterator[str]:
    for link in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        if not link.startswith("http") and not (page.parent / link).exists():
            yield link


def unknown_settings(text: str) -> set[str]:
    known = {name for service in SERVICES for name in fields_of(service)} | NOT_SETTINGS
    return set(re.findall(r"\bKINBRIDGE_[A-Z_]+\b", text)) - known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_of_the_guide_speaks_of_what_there_is(page: Path) -> None:
    text = page.read_text()
    assert unknown_measures(text) == set()
    assert unknown_settings(text) == set()
    assert list(broken_links(page)) == []
    commands = re.findall(r"(?m)^(?:KINBRIDGE_\w+=\S+ )?make .*$|`make [^`]*`", text)
    assert unknown_commands("\n".join(commands)) == set()


def test_every_log_line_that_alarms_is_written_somewhere() -> None:
    text = (ROOT / "docs/operator-guide/alarms.md").read_text()
    names = set(re.findall(r"log `(\w+)`", text))
    assert names
    assert [name for name in names if f'"{name}"' not in code()] == []


def test_every_error_that_the_code_shouts_has_its_alarm() -> None:
    shouted = set(re.findall(r"log\.(?:error|critical)\(\s*\"(\w+)\"", code()))
    text = (ROOT / "docs/operator-guide/alarms.md").read_text()
    assert sorted(name for name in shouted if name not in text) == []


def test_every_secret_of_the_compose_file_is_in_the_guide() -> None:
    text = (ROOT / "docs/operator-guide/secrets.md").read_text()
    for secret in ComposeFile.read(variables={}).written["secrets"]:
        service = next((one for one in SERVICES if secret.startswith(f"{one}_")), "")
        shown = secret.replace(f"{service}_", "<service>_", 1) if service else secret
        assert shown in text or secret == "simulators.json"


def test_a_page_that_speaks_of_what_is_not_there_is_seen() -> None:
    assert unknown_measures("`kinbridge_outbox_colour`") == {"kinbridge_outbox_colour"}
    assert unknown_settings("set KINBRIDGE_COLOUR") == {"KINBRIDGE_COLOUR"}
    assert unknown_commands("make coffee\n") == {"coffee"}
