"""Kafka's jars are the ones that were locked, wherever they come from."""

import hashlib
import tomllib
from pathlib import Path

import pytest

from deploy.local import jars
from deploy.local.places import CannotStartError

LOCKED = tomllib.loads(jars.LOCK.read_text())["dependencies"]


def test_every_jar_is_locked_by_its_digest_and_no_address_is_written_down() -> None:
    assert all(len(jar["sha256"]) == 64 for jar in LOCKED)
    assert "://" not in jars.LOCK.read_text() + jars.SPEC.read_text()


def test_kafka_and_its_clients_are_of_one_version() -> None:
    kafka = {jar["version"] for jar in LOCKED if jar["groupId"] == "org.apache.kafka"}
    assert kafka == {"4.3.1"}


def test_a_jar_that_is_not_the_locked_one_is_thrown_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jar = {"groupId": "org.example", "artifactId": "planted", "version": "1", "sha256": "0" * 64}
    path = tmp_path / "maven" / "org" / "example" / "planted" / "1" / "planted-1.jar"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"not what was locked")
    with pytest.raises(CannotStartError, match="is not the one that was locked"):
        jars.fetched(tmp_path / "maven", jar)
    assert not path.exists()


def test_a_jar_that_was_fetched_before_is_not_fetched_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jars, "_fetch", lambda *_: pytest.fail("fetched again"))
    path = tmp_path / "org" / "example" / "kept" / "1" / "kept-1.jar"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"kept")
    digest = hashlib.sha256(b"kept").hexdigest()
    jar = {"groupId": "org.example", "artifactId": "kept", "version": "1", "sha256": digest}
    assert jars.fetched(tmp_path, jar) == path
