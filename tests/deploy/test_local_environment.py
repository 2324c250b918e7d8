"""Each process of a stack is told what its settings ask for, and nothing that they do not know."""

import importlib
import json
import os
import stat
from pathlib import Path

import pytest

from chassis.settings import ServiceSettings
from deploy.local.environment import (
    environment_of,
    migration_environment,
    simulators_configuration,
)
from deploy.local.parts import SERVICES
from deploy.simulators.configuration import Configuration
from tests.making.local_stacks import COUNCILS, a_plan


def settings_of(service: str) -> type[ServiceSettings]:
    """The settings class of a service: the one in its settings.py."""
    module = importlib.import_module(f"services.{service}.settings")
    (found,) = (
        kind
        for kind in vars(module).values()
        if isinstance(kind, type)
        and issubclass(kind, ServiceSettings)
        and kind.__module__ == module.__name__
    )
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_can_read_its_settings_from_what_it_is_told(
    service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = settings_of(service)
    for name in [name for name in os.environ if name.startswith("KINBRIDGE_")]:
        monkeypatch.delenv(name)
    for name, value in environment_of(service, a_plan(tmp_path)).items():
        monkeypatch.setenv(name, value)
    read = kind()
    assert read.service_client_id == service
    assert read.environment == "development"


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_told_nothing_that_no_service_knows(service: str, tmp_path: Path) -> None:
    known = {name for other in SERVICES for name in settings_of(other).model_fields}
    told = migration_environment(service, a_plan(tmp_path))
    unknown = {name.removeprefix("KINBRIDGE_").lower() for name in told} - known
    assert not unknown


@pytest.mark.parametrize("service", SERVICES)
def test_a_serving_process_never_sees_the_owner_of_its_database(
    service: str, tmp_path: Path
) -> None:
    plan = a_plan(tmp_path)
    served = environment_of(service, plan)
    assert "KINBRIDGE_OWNER_DATABASE_URL" not in served
    assert plan.secrets.database_passwords[service].owner not in str(served)
    owner = migration_environment(service, plan)["KINBRIDGE_OWNER_DATABASE_URL"]
    assert f"{service}_owner:" in owner


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_is_told_another_services_secrets(service: str, tmp_path: Path) -> None:
    plan = a_plan(tmp_path)
    told = str(environment_of(service, plan))
    for other in set(SERVICES) - {service}:
        assert plan.secrets.client_secrets[other] not in told
        assert plan.secrets.idempotency_keys[other] not in told
        assert plan.secrets.database_passwords[other].app not in told


def test_every_service_believes_the_same_issuers_and_staff_belong_to_one_council(
    tmp_path: Path,
) -> None:
    plan = a_plan(tmp_path)
    told = {environment_of(service, plan)["KINBRIDGE_ISSUERS"] for service in SERVICES}
    assert len(told) == 1
    staff = [one for one in json.loads(told.pop()) if one["kind"] == "staff"]
    assert {one["council"] for one in staff} == set(COUNCILS)


def test_the_simulators_understand_the_file_they_are_given(tmp_path: Path) -> None:
    written = json.dumps(simulators_configuration(a_plan(tmp_path)))
    read = Configuration.model_validate_json(written)
    assert set(read.services) == set(SERVICES)
    assert set(read.councils) == set(COUNCILS)


def test_secrets_are_drawn_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    first = a_plan(tmp_path)
    assert a_plan(tmp_path).secrets == first.secrets
    files = (tmp_path / "secrets.json", first.signing_key_file)
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)
