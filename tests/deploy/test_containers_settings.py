"""Each container is told exactly what its settings ask for: secrets as files, the rest plainly."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from deploy.containers.compose_file import ComposeFile
from deploy.containers.env_example import TARGET, example, fields_of, is_secret, settings_class
from deploy.containers.first_start import first_start, secret_contents
from deploy.containers.plan import ContainersPlan, plan_containers
from deploy.local.environment import environment_of
from deploy.local.parts import SERVICES
from deploy.simulators.configuration import Configuration

PREFIX = "KINBRIDGE_"
NO_SETTING = "KINBRIDGE_SECRETS_DIRECTORY"
OWNER = "KINBRIDGE_OWNER_DATABASE_URL"


@pytest.fixture
def plan(tmp_path: Path) -> ContainersPlan:
    return plan_containers(tmp_path)


def told(compose: ComposeFile, container: str) -> tuple[set[str], set[str]]:
    """The settings that a container gets from its environment, and those it gets as files."""
    environment = set(compose.service(container)["environment"]) - {NO_SETTING}
    mounted = {target.upper() for target in compose.secrets(container)}
    return environment, {name for name in mounted if name.startswith(PREFIX)}


def odd(compose: ComposeFile, service: str, container: str) -> Iterator[str]:
    """What a container is told too much, too little, or in the wrong way."""
    fields = fields_of(service)
    environment, files = told(compose, container)
    wanted = set(fields) - (set() if container != service else {OWNER})
    yield from sorted((environment | files) ^ wanted)
    yield from sorted(name for name in environment if name in fields and is_secret(fields[name]))


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_told_each_of_its_settings_once_and_secrets_as_files(service: str) -> None:
    compose = ComposeFile.read(variables={})
    assert list(odd(compose, service, service)) == []
    assert list(odd(compose, service, f"{service}-migrations")) == []


@pytest.mark.parametrize("service", SERVICES)
def test_containers_and_one_machine_are_told_the_same(service: str, plan: ContainersPlan) -> None:
    compose = ComposeFile.read(variables=trial_of(plan))
    local = environment_of(service, plan)
    environment = compose.environment(service)
    fields, files = fields_of(service), told(compose, service)[1]
    plain = {n: v for n, v in local.items() if n in fields and n not in files}
    plain |= {"KINBRIDGE_COUNCILS_DIRECTORY": "/srv/kinbridge/councils"}
    assert {name: environment.get(name) for name in plain} == plain
    assert files <= set(local)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_can_read_its_settings_from_a_trial_as_it_was_written(
    service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_start(
        ComposeFile.read(variables={}), tmp_path, tmp_path / ".env", print, production=False
    )
    compose = ComposeFile.read(variables=dict(lines_of(tmp_path / ".env")))
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    for name, value in compose.environment(service).items():
        monkeypatch.setenv(name, value)
    mounted = tmp_path / "mounted"
    mounted.mkdir()
    for target, secret in compose.secrets(service).items():
        (mounted / target).write_text((tmp_path / "secrets" / secret).read_text())
    monkeypatch.setenv(NO_SETTING, str(mounted))
    read = settings_class(service)()
    assert read.service_client_id == service
    assert read.environment == "development"
    assert f"{service}_app" in read.database_url.get_secret_value()


def test_the_simulators_understand_the_file_that_a_trial_gives_them(plan: ContainersPlan) -> None:
    contents = secret_contents(ComposeFile.read(variables={}), plan)
    read = Configuration.model_validate_json(contents["simulators.json"])
    assert read.public_url == "http://simulators:8000"
    assert set(read.services) == set(SERVICES)


def test_no_service_is_given_a_secret_of_another() -> None:
    compose = ComposeFile.read(variables={})
    for service in SERVICES:
        others = tuple(f"{other}_" for other in SERVICES if other != service)
        assert not [s for s in compose.secrets(service).values() if s.startswith(others)]


def test_no_serving_container_holds_the_owners_password() -> None:
    compose = ComposeFile.read(variables={})
    for service in SERVICES:
        assert not [s for s in compose.secrets(service).values() if "owner" in s]


def test_every_setting_says_in_a_sentence_what_it_is_for() -> None:
    silent = [
        (service, name)
        for service in SERVICES
        for name, field in fields_of(service).items()
        if not field.description
    ]
    assert silent == []


def test_the_example_of_an_environment_is_as_the_settings_say() -> None:
    wanted = example(ComposeFile.read(variables={}))
    assert TARGET.read_text() == wanted, "make env-example"
    missing = [
        n for s in SERVICES for n in fields_of(s) if f"{n}=" not in wanted and f"{n}:" not in wanted
    ]
    assert missing == []


def test_a_setting_that_is_missing_unknown_or_laid_open_is_seen() -> None:
    compose = ComposeFile.read(variables={})
    environment = dict(compose.service("referral")["environment"])
    planted = {
        "missing": {n: v for n, v in environment.items() if n != "KINBRIDGE_TOKEN_SECONDS"},
        "unknown": environment | {"KINBRIDGE_REFERAL_URL": "http://referral:8000"},
        "laid open": environment | {"KINBRIDGE_DATABASE_URL": "postgresql://invented"},
    }
    for fault, told_instead in planted.items():
        services = {**compose.written["services"]}
        services["referral"] = {**services["referral"], "environment": told_instead}
        wrong = ComposeFile({**compose.written, "services": services}, {})
        assert list(odd(wrong, "referral", "referral")), fault


def trial_of(plan: ContainersPlan) -> Mapping[str, str]:
    env = plan.folder / ".env"
    first_start(ComposeFile.read(variables={}), plan.folder, env, print, production=False)
    return dict(lines_of(env))


def lines_of(env: Path) -> Iterator[tuple[str, str]]:
    for line in env.read_text().splitlines():
        if not line.startswith("#"):
            name, _, value = line.partition("=")
            yield name, value.strip("'")


def test_a_trials_issuers_survive_the_quotes_of_its_env_file(plan: ContainersPlan) -> None:
    issuers = json.loads(trial_of(plan)["KINBRIDGE_ISSUERS"])
    assert {one["kind"] for one in issuers} == {"staff", "agency", "service"}
