"""The movable clock and the settings that production refuses."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from chassis.clocks import FieldClock, new_id, wall_now
from chassis.settings import ServiceSettings

ENOUGH = {
    "KINBRIDGE_DATABASE_URL": "postgresql://u:secret@127.0.0.1/x",
    "KINBRIDGE_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
    "KINBRIDGE_ISSUERS": json.dumps(
        [
            {
                "issuer": "https://a.example",
                "jwks_url": "https://a.example/jwks",
                "kind": "staff",
                "council": "southend",
            }
        ]
    ),
    "KINBRIDGE_AUDIENCE": "kinbridge-referral",
    "KINBRIDGE_SERVICE_TOKEN_URL": "https://a.example/token",
    "KINBRIDGE_SERVICE_CLIENT_ID": "referral",
    "KINBRIDGE_SERVICE_CLIENT_SECRET": "invented",
    "KINBRIDGE_IDEMPOTENCY_KEY": "invented",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in [name for name in os.environ if name.startswith("KINBRIDGE_")]:
        monkeypatch.delenv(name)
    for name, value in ENOUGH.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_a_clock_moved_by_one_process_is_read_by_another(tmp_path: Path) -> None:
    path = tmp_path / "clock.json"
    FieldClock(path).move_to(wall_now() + timedelta(days=10))
    assert timedelta(days=9.9) < FieldClock(path).now() - wall_now() < timedelta(days=10.1)


def test_a_clock_without_a_file_cannot_be_moved() -> None:
    with pytest.raises(ValueError, match="cannot be moved"):
        FieldClock().move_to(wall_now())


def test_ids_made_later_sort_later() -> None:
    ids = [new_id() for _ in range(3)]
    assert {each.version for each in ids} == {7}


def test_production_refuses_a_movable_clock(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ServiceSettings()
    environment.setenv("KINBRIDGE_FIELD_CLOCK_FILE", str(tmp_path / "clock.json"))
    with pytest.raises(ValidationError, match="for development only"):
        ServiceSettings()


def test_production_refuses_plain_http(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("KINBRIDGE_SERVICE_TOKEN_URL", "http://127.0.0.1:9/token")
    with pytest.raises(ValidationError, match="plain http"):
        ServiceSettings()


def test_a_wrong_setting_never_shows_its_value(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("KINBRIDGE_SERVICE_PORT", "s3cret")
    with pytest.raises(ValidationError) as refused:
        ServiceSettings()
    assert "s3cret" not in str(refused.value)


def test_a_secret_may_be_a_file(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    environment.delenv("KINBRIDGE_SERVICE_CLIENT_SECRET")
    (tmp_path / "kinbridge_service_client_secret").write_text("from a file")
    environment.setenv("KINBRIDGE_SECRETS_DIRECTORY", str(tmp_path))
    assert ServiceSettings().service_client_secret.get_secret_value() == "from a file"


def test_settings_are_shown_without_their_secrets() -> None:
    settings = ServiceSettings.model_validate(
        {name.removeprefix("KINBRIDGE_").lower(): value for name, value in ENOUGH.items()}
        | {"issuers": json.loads(ENOUGH["KINBRIDGE_ISSUERS"])}
    )
    assert "service_client_secret" not in settings.shown()
