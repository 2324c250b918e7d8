import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from contracts.catalogue import MESSAGES
from contracts.envelope import Message
from contracts.generate import (
    EXAMPLES,
    HERE,
    LOCK,
    SCHEMAS,
    fingerprint,
    publish,
    read_lock,
    schema_of,
)


class Waved(Message, type="earlyhelp.test.waved.v1", topic="early-help-referral"):
    """Someone waved."""

    waver_id: UUID


class WavedOtherwise(Message, type="earlyhelp.test.waved.v1", topic="early-help-referral"):
    """Someone waved."""

    waver_id: UUID
    twice: bool


class Nodded(Message, type="earlyhelp.test.nodded.v1", topic="early-help-referral"):
    """Someone nodded."""

    nodder_id: UUID


@pytest.fixture
def schemas(tmp_path: Path) -> Path:
    """A published directory that holds one message."""
    assert publish_in(tmp_path, Waved) == []
    return tmp_path


def publish_in(directory: Path, *messages: type[Message], check: bool = False) -> list[str]:
    named = {message.TYPE: message for message in messages}
    return publish(directory, directory / "no-examples", named, check=check)


def test_what_is_published_here_is_up_to_date() -> None:
    assert publish(SCHEMAS, EXAMPLES, MESSAGES, check=True) == []


def test_the_command_checks_without_writing() -> None:
    command = [sys.executable, "-m", "contracts.generate", "--check"]
    checked = subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize("name", MESSAGES)
def test_the_lock_names_the_schema_that_lies_beside_it(name: str) -> None:
    beside = json.loads((SCHEMAS / f"{name}.json").read_text())
    assert read_lock((SCHEMAS / LOCK).read_text())[name] == fingerprint(beside)


def test_a_published_shape_that_changes_is_refused_and_nothing_is_written(schemas: Path) -> None:
    before = {path.name: path.read_text() for path in schemas.iterdir()}
    assert publish_in(schemas, WavedOtherwise) == [
        "earlyhelp.test.waved.v1 is published and its shape changed: write a new version instead"
    ]
    assert {path.name: path.read_text() for path in schemas.iterdir()} == before


def test_a_published_message_that_disappears_is_refused(schemas: Path) -> None:
    assert publish_in(schemas, Nodded) == [
        "earlyhelp.test.waved.v1 is published, but no message has this type any more"
    ]


def test_a_new_type_is_published_beside_the_old(schemas: Path) -> None:
    assert publish_in(schemas, Waved, Nodded) == []
    assert read_lock((schemas / LOCK).read_text()).keys() == {Waved.TYPE, Nodded.TYPE}


def test_a_new_type_that_was_not_written_yet_is_stale(schemas: Path) -> None:
    assert publish_in(schemas, Waved, Nodded, check=True) == [
        "asyncapi.json is stale",
        "earlyhelp.test.nodded.v1.json is stale",
        "published.lock is stale",
    ]


def test_a_schema_edited_by_hand_is_stale(schemas: Path) -> None:
    (schemas / f"{Waved.TYPE}.json").write_text("{}\n")
    assert publish_in(schemas, Waved, check=True) == [f"{Waved.TYPE}.json is stale"]


def test_a_file_that_nobody_planned_is_stale(schemas: Path) -> None:
    (schemas / "earlyhelp.test.stray.v1.json").write_text("{}\n")
    assert publish_in(schemas, Waved, check=True) == ["earlyhelp.test.stray.v1.json is stale"]


def test_better_wording_does_not_change_a_shape() -> None:
    schema = schema_of(Waved)
    assert fingerprint(schema | {"description": "Somebody waved."}) == fingerprint(schema)


def test_a_field_called_title_is_part_of_the_shape() -> None:
    schema: dict[str, Any] = schema_of(Waved)
    more = schema | {"properties": schema["properties"] | {"title": {"type": "boolean"}}}
    assert fingerprint(more) != fingerprint(schema)
