"""docker-compose.yml is what Compose understands, and what an operator may rely on."""

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from deploy.containers.compose_file import ComposeFile
from deploy.local.parts import SERVICES
from deploy.local.places import ROOT
from deploy.local.postgres import SETTINGS

SCHEMA = Path(__file__).parent / "schemas" / "compose-spec.json"
JOBS = ("databases", "topics", *(f"{service}-migrations" for service in SERVICES))
Written = Mapping[str, Any]
KAFKAS_OWN_ADDRESSES = {
    "controller.quorum.voters",
    "listeners",
    "advertised.listeners",
    "listener.security.protocol.map",
    "log.dirs",
}
POSTGRES_DIFFERS = {
    "listen_addresses": "the image listens for other containers",
    "unix_socket_directories": "the image's entry point speaks over one",
    "shared_buffers": "a hub's size",
    "max_wal_size": "a hub's size",
}


@cache
def written() -> Any:
    return ComposeFile.read(variables={}).written


def changed(change: Callable[[Any], None]) -> Any:
    planted = copy.deepcopy(written())
    change(planted)
    return planted


def faults(compose: Written) -> list[str]:
    schema = json.loads(SCHEMA.read_text())
    return [e.json_path for e in jsonschema.Draft7Validator(schema).iter_errors(compose)]


def open_ports(compose: Written) -> Iterator[str]:
    for name, service in compose["services"].items():
        for port in service.get("ports", []):
            if not str(port).startswith("127.0.0.1:"):
                yield name


def unlimited(compose: Written) -> Iterator[str]:
    for name, service in compose["services"].items():
        if not all(service.get(key) for key in ("mem_limit", "restart", "logging", "security_opt")):
            yield name


def writable(compose: Written) -> Iterator[str]:
    """Kafka's image writes its configuration at its start; all others do without."""
    for name, service in compose["services"].items():
        if name != "kafka" and not service.get("read_only"):
            yield name


def impatient(compose: Written) -> Iterator[str]:
    """Services that do not wait for what they need."""
    for service in SERVICES:
        waits = compose["services"][service]["depends_on"]
        done = {n for n, how in waits.items() if "completed" in how["condition"]}
        healthy = {n for n, how in waits.items() if "healthy" in how["condition"]}
        if done != {"topics", f"{service}-migrations"} or healthy != {"postgres", "kafka"}:
            yield service


def properties(text: str) -> dict[str, str]:
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return dict(line.split("=", 1) for line in lines)


def differing_properties(ours: Mapping[str, str], local: Mapping[str, str]) -> set[str]:
    names = (ours.keys() | local.keys()) - KAFKAS_OWN_ADDRESSES
    return {name for name in names if ours.get(name) != local.get(name)}


def postgres_settings(compose: Written) -> dict[str, str]:
    command = compose["services"]["postgres"]["command"][1:]
    return dict(one.removeprefix("-c").split("=", 1) for one in command)


def test_compose_understands_the_file() -> None:
    assert faults(written()) == []


def test_every_port_is_open_to_this_machine_alone() -> None:
    assert list(open_ports(written())) == []


def test_every_container_has_a_limit_a_restart_policy_and_a_log_that_ends() -> None:
    assert list(unlimited(written())) == []


def test_no_container_of_ours_writes_to_its_root() -> None:
    assert list(writable(written())) == []


def test_each_service_waits_for_its_migrations_the_topics_and_both_servers() -> None:
    assert list(impatient(written())) == []


def test_simulators_and_what_follows_a_restore_start_only_when_they_are_asked_for() -> None:
    profiled = {n: s["profiles"] for n, s in written()["services"].items() if "profiles" in s}
    assert profiled == {"simulators": ["dev"], "after-restore": ["restore"]}


def test_jobs_end_and_are_not_started_for_ever() -> None:
    assert {written()["services"][job]["restart"] for job in JOBS} == {"on-failure:5"}


def test_every_secret_that_is_mounted_is_declared_and_every_declared_one_is_mounted() -> None:
    compose = ComposeFile.read(variables={})
    mounted = {s for name in written()["services"] for s in compose.secrets(name).values()}
    assert mounted == set(written()["secrets"])


def test_kafka_has_the_same_properties_as_on_one_machine() -> None:
    ours = properties((ROOT / "deploy/containers/kafka/server.properties").read_text())
    local = properties((ROOT / "deploy/local/server.properties").read_text())
    assert differing_properties(ours, local) == set()
    assert ours["log.dirs"] == written()["services"]["kafka"]["volumes"][1].partition(":")[2]


def test_postgresql_has_the_same_settings_as_on_one_machine() -> None:
    ours = postgres_settings(written())
    local = {name: value for name, value in SETTINGS.items() if name not in POSTGRES_DIFFERS}
    assert {name: ours.get(name) for name in local} == local


@pytest.mark.parametrize(
    ("guard", "plant"),
    [
        (faults, lambda c: c["services"]["kafka"].update(memory="1g")),
        (faults, lambda c: c["services"]["referral"].update(restart=3)),
        (open_ports, lambda c: c["services"]["referral"].update(ports=["8101:8000"])),
        (unlimited, lambda c: c["services"]["handover"].pop("mem_limit")),
        (unlimited, lambda c: c["services"]["topics"].pop("restart")),
        (writable, lambda c: c["services"]["allocation"].pop("read_only")),
        (impatient, lambda c: c["services"]["allocation"]["depends_on"].pop("topics")),
        (
            impatient,
            lambda c: c["services"]["handover"]["depends_on"].update(
                {"handover-migrations": {"condition": "service_started"}}
            ),
        ),
    ],
)
def test_each_guard_bites(guard: Callable[[Written], Any], plant: Callable[[Any], None]) -> None:
    assert list(guard(changed(plant)))


def test_a_property_that_differs_is_seen() -> None:
    local = {"auto.create.topics.enable": "false", "log.dirs": "/a"}
    assert differing_properties({"log.dirs": "/b"}, local) == {"auto.create.topics.enable"}
    assert differing_properties({**local, "new": "1"}, local) == {"new"}
