"""What is told of Kafka is told whole, and wrong settings stop the start with their names."""

import os
import ssl
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import ValidationError

from chassis.assembly import Assembly, Running
from chassis.card import Card
from chassis.kafka_settings import OPTIONAL, KafkaSettings
from chassis.messaging import kafka_security
from chassis.messaging.kafka_security import KafkaAt, UnusableKafkaFile
from tests.making.applications import some_settings
from tests.making.secured_kafka import Authority

USER, SECRET = "hub-invented", "kafka-s3cret"
LOGIN = {"kafka_username": USER, "kafka_password": SECRET}


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("KINBRIDGE_")]:
        monkeypatch.delenv(name)
    kafka_security._read.cache_clear()


def told(protocol: str | None = None, **settings: Any) -> KafkaSettings:
    named = {"kafka_security_protocol": protocol} if protocol else {}
    return KafkaSettings(**{"kafka_bootstrap_servers": "127.0.0.1:1", **named, **settings})


def test_without_a_word_kafka_is_spoken_to_plainly() -> None:
    assert told().kafka.arguments() == {"bootstrap_servers": "127.0.0.1:1"}


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_a_password_is_given_by_its_mechanism_and_over_tls(tmp_path: Path, mechanism: str) -> None:
    ours = Authority(tmp_path).file
    kafka = told("SASL_SSL", kafka_ca_file=ours, kafka_sasl_mechanism=mechanism, **LOGIN).kafka
    arguments = kafka.arguments()
    tls = arguments.pop("ssl_context")
    assert arguments == {
        "bootstrap_servers": "127.0.0.1:1",
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": mechanism,
        "sasl_plain_username": USER,
        "sasl_plain_password": SECRET,
    }
    assert tls.verify_mode is ssl.CERT_REQUIRED
    assert tls.check_hostname
    assert len(tls.get_ca_certs()) == 1
    assert USER not in repr(kafka)
    assert SECRET not in repr(kafka)


def test_strimzis_mechanism_needs_no_telling() -> None:
    assert told("SASL_SSL", **LOGIN).kafka.arguments()["sasl_mechanism"] == "SCRAM-SHA-512"


def test_without_a_ca_file_the_systems_authorities_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(Authority(tmp_path).file))
    tls = told("SSL").kafka.tls()
    assert tls
    assert len(tls.get_ca_certs()) == 1


def test_what_the_files_held_is_read_again_once_one_has_changed(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    kafka = told("SSL", kafka_ca_file=authority.file).kafka
    before = kafka.tls()
    assert kafka.tls() is before, "all clients share it"
    authority.file.write_bytes(authority.file.read_bytes() * 2)
    os.utime(authority.file, ns=(1, 1))
    assert kafka.tls() is not before


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"kafka_security_protocol": "SASL_SSL"}, "needs kafka_username and kafka_password"),
        ({"kafka_security_protocol": "SASL_SSL", "kafka_username": USER}, "needs kafka_password"),
        (
            {"kafka_security_protocol": "SASL_SSL", **LOGIN, "kafka_password": ""},
            "needs kafka_password",
        ),
        (LOGIN, "kafka_username and kafka_password: of no use with .* PLAINTEXT"),
        ({"kafka_security_protocol": "SSL", **LOGIN}, "kafka_password: of no use with .* SSL"),
        ({"kafka_ca_file": "/ca.crt"}, "kafka_ca_file: of no use with .* PLAINTEXT"),
        (
            {"kafka_security_protocol": "SSL", "kafka_certificate_file": "/our.crt"},
            "kafka_certificate_file and kafka_key_file",
        ),
        ({"kafka_security_protocol": "SSL", "kafka_key_file": "/our.key"}, "kafka_key_file"),
        ({"kafka_security_protocol": "SASL_PLAINTEXT", **LOGIN}, "kafka_security_protocol"),
        (
            {"kafka_security_protocol": "SASL_SSL", "kafka_sasl_mechanism": "GSSAPI", **LOGIN},
            "kafka_sasl_mechanism",
        ),
    ],
)
def test_settings_that_do_not_go_together_are_refused_by_name(
    settings: dict[str, str], sentence: str
) -> None:
    with pytest.raises(ValidationError, match=sentence) as refused:
        told(**settings)
    assert USER not in str(refused.value)
    assert SECRET not in str(refused.value)


def test_a_job_reads_its_user_from_the_folder_of_secrets_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KINBRIDGE_SECRETS_DIRECTORY", str(tmp_path))
    (tmp_path / "kinbridge_kafka_username").write_text(f"{USER}\n")
    (tmp_path / "kinbridge_kafka_password").write_text(SECRET)
    login = told("SASL_SSL").kafka.login
    assert login
    assert login.username == USER


def test_the_password_may_be_a_file_and_an_empty_one_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KINBRIDGE_SECRETS_DIRECTORY", str(tmp_path))
    password = tmp_path / "kinbridge_kafka_password"
    password.write_text("")
    assert told().kafka.login is None
    password.write_text(f"{SECRET}\n")
    login = told("SASL_SSL", kafka_username=USER).kafka.login
    assert login
    assert login.password.get_secret_value() == SECRET


def test_a_line_of_an_env_file_that_was_left_empty_says_nothing() -> None:
    assert told(**dict.fromkeys(OPTIONAL, "")).kafka == told().kafka
    login = told("SASL_SSL", **LOGIN, kafka_sasl_mechanism="").kafka.login
    assert login == told("SASL_SSL", **LOGIN).kafka.login


def test_an_empty_variable_says_nothing_either(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in OPTIONAL:
        monkeypatch.setenv(f"KINBRIDGE_{name.upper()}", "")
    assert told().kafka == KafkaAt("127.0.0.1:1")


def test_files_that_cannot_be_used_are_refused_by_the_settings_name(tmp_path: Path) -> None:
    authority, stranger = Authority(tmp_path), Authority(tmp_path, "stranger")
    (certificate, key), (_, other) = authority.signs("ours"), stranger.signs("theirs")
    ours = {"kafka_certificate_file": certificate, "kafka_key_file": key}
    assert told("SSL", kafka_ca_file=authority.file, **ours).kafka.tls()
    for wrong, named in (
        ({"kafka_ca_file": tmp_path / "nowhere"}, "kafka_ca_file"),
        ({"kafka_ca_file": key}, "kafka_ca_file"),
        ({**ours, "kafka_key_file": other}, "kafka_key_file"),
        ({**ours, "kafka_key_file": locked(tmp_path)}, "kafka_key_file"),
    ):
        with pytest.raises(UnusableKafkaFile, match=named):
            told("SSL", **wrong).kafka.tls()


def test_a_service_does_not_start_on_files_that_cannot_be_used(tmp_path: Path) -> None:
    card = Card("invented", "", "", (), (), ())
    room: Any = SimpleNamespace(engine=None, clock=None)
    wrong = some_settings(kafka_security_protocol="SSL", kafka_ca_file=tmp_path / "nowhere")
    Running(Assembly(card, some_settings(), room, []))
    with pytest.raises(UnusableKafkaFile, match="kafka_ca_file"):
        Running(Assembly(card, wrong, room, []))


def locked(folder: Path) -> Path:
    """A key with a passphrase, which nobody is asked for: a container has no keyboard."""
    return Authority(folder, "locked").signs("locked", passphrase=b"invented")[1]
