"""The first start draws what is missing, keeps what is there, and invents no credentials."""

import stat
from pathlib import Path

from deploy.containers.compose_file import ComposeFile, env_file
from deploy.containers.first_start import first_start

DRAWN_FOR_PRODUCTION = {
    "postgres_password",
    "agency_tokens.jwk.json",
    "webhook_encryption_key",
    "referral_database_url",
    "referral_owner_database_url",
    "referral_idempotency_key",
}


def start(folder: Path, *, production: bool = False) -> list[str]:
    said: list[str] = []
    compose = ComposeFile.read(variables={})
    first_start(compose, folder, folder / ".env", said.append, production=production)
    return said


def kept(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in (folder / "secrets").iterdir()}


def test_a_trial_gets_every_secret_and_a_second_start_changes_none(tmp_path: Path) -> None:
    start(tmp_path)
    first = kept(tmp_path)
    assert set(first) == set(ComposeFile.read(variables={}).written["secrets"])
    start(tmp_path)
    assert kept(tmp_path) == first


def test_a_secret_that_an_operator_put_there_is_kept(tmp_path: Path) -> None:
    start(tmp_path)
    own = tmp_path / "secrets" / "notify_api_key"
    own.unlink()
    own.write_text("the council's own")
    start(tmp_path)
    assert own.read_text() == "the council's own"


def test_the_folder_admits_its_owner_alone_and_its_files_any_container(tmp_path: Path) -> None:
    start(tmp_path)
    folder = tmp_path / "secrets"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o444}


def test_production_is_given_no_invented_credentials_and_no_trial(tmp_path: Path) -> None:
    said = start(tmp_path, production=True)
    assert set(kept(tmp_path)) >= DRAWN_FOR_PRODUCTION
    asked = {"referral_service_client_secret", "notify_api_key", "notify_callback_token"}
    assert not asked & set(kept(tmp_path))
    assert all(any(name in line for line in said) for name in asked)
    assert not (tmp_path / ".env").exists()
    assert not (tmp_path / "secrets.json").exists()
    assert "simulators.json" not in kept(tmp_path)


def test_an_env_file_that_is_there_is_kept(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("KINBRIDGE_LOG_LEVEL=debug\n")
    start(tmp_path)
    assert env_file(tmp_path / ".env")["KINBRIDGE_LOG_LEVEL"] == "debug"
