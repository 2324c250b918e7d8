"""The manifests are what Kubernetes understands, told what settings ask, and shut by default."""

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]
import pytest
import yaml

from deploy.containers.env_example import fields_of, is_secret
from deploy.containers.plan import plan_containers
from deploy.local.environment import environment_of
from deploy.local.parts import SERVICES
from deploy.local.places import ROOT

HERE = ROOT / "deploy" / "kubernetes"
VERSION = "1.34"
IN_THE_IMAGE = {
    "KINBRIDGE_SERVICE_HOST",
    "KINBRIDGE_SERVICE_PORT",
    "KINBRIDGE_COUNCILS_DIRECTORY",
    "KINBRIDGE_SECRETS_DIRECTORY",
}
Manifest = Any


@cache
def manifests() -> tuple[tuple[str, Manifest], ...]:
    return tuple(
        (str(path.relative_to(HERE)), document)
        for path in sorted(HERE.rglob("*.yaml"))
        if path.name != "kustomization.yaml"
        for document in yaml.safe_load_all(path.read_text())
    )


def of_kind(kind: str) -> dict[str, Manifest]:
    found = {d["metadata"]["name"]: d for _, d in manifests() if d["kind"] == kind}
    return copy.deepcopy(found)


def faults(document: Manifest) -> list[str]:
    try:
        kubernetes_validate.validate(document, VERSION, strict=True)
    except kubernetes_validate.ValidationError as error:
        return [str(error)]
    return []


def pod_of(document: Manifest) -> Manifest:
    spec = document["spec"]
    spec = spec["jobTemplate"]["spec"] if document["kind"] == "CronJob" else spec
    return spec["template"]["spec"]


def pods() -> dict[str, Manifest]:
    return {
        name: pod_of(document)
        for kind in ("Deployment", "Job", "CronJob")
        for name, document in of_kind(kind).items()
    }


def lax(pod: Manifest) -> Iterator[str]:
    """What a pod is allowed and need not be."""
    user = pod.get("securityContext", {})
    if not user.get("runAsNonRoot") or not isinstance(user.get("runAsUser"), int):
        yield "runs as root"
    if pod.get("automountServiceAccountToken", True):
        yield "may ask the cluster"
    for container in pod["containers"]:
        may = container.get("securityContext", {})
        if not may.get("readOnlyRootFilesystem") or may.get("allowPrivilegeEscalation", True):
            yield "writes to its root, or may become more"
        if may.get("capabilities", {}).get("drop") != ["ALL"]:
            yield "keeps capabilities"
        if "memory" not in container.get("resources", {}).get("limits", {}):
            yield "has no limit"


def odd(document: Manifest, settings: Mapping[str, str], service: str) -> Iterator[str]:
    """Settings that are unknown to a service, missing, or secrets laid open."""
    (container,) = pod_of(document)["containers"]
    own = {one["name"]: one.get("value", "") for one in container["env"]}
    fields = fields_of(service)
    yield from sorted(set(own) - set(fields))
    told = set(own) | set(settings) | IN_THE_IMAGE
    yield from sorted(
        name
        for name, field in fields.items()
        if (field.is_required() and not is_secret(field) and name not in told)
        or (is_secret(field) and name in told)
    )


def egress(policies: Mapping[str, Manifest], name: str) -> set[str]:
    """Where a pod of this name may go, as the roles of namespaces and `outside`."""
    found = set()
    for policy in policies.values():
        selector = policy["spec"]["podSelector"]
        wanted = selector.get("matchLabels", {}).get("app.kubernetes.io/name")
        listed = [v for e in selector.get("matchExpressions", []) for v in e["values"]]
        if name != wanted and name not in listed:
            continue
        for rule in policy["spec"].get("egress", []):
            for to in rule["to"]:
                labels = to.get("namespaceSelector", {}).get("matchLabels", {})
                found.add(labels.get("kinbridge-role", "outside"))
    return found


@pytest.mark.parametrize(("path", "document"), manifests(), ids=lambda value: str(value)[:40])
def test_kubernetes_understands_every_manifest(path: str, document: Manifest) -> None:
    assert faults(document) == []


def test_every_resource_that_a_kustomization_names_is_there_and_none_is_left_out() -> None:
    for path in HERE.rglob("kustomization.yaml"):
        told = yaml.safe_load(path.read_text())
        named = [*told.get("resources", []), *told.get("components", [])]
        named += [patch["path"] for patch in told.get("patches", []) if "path" in patch]
        assert all((path.parent / name).exists() for name in named), path
        beside = {one.name for one in path.parent.glob("*.yaml")} - {"kustomization.yaml"}
        assert beside <= set(named), path


@pytest.mark.parametrize("name", sorted(pods()))
def test_every_pod_runs_with_as_little_as_it_needs(name: str) -> None:
    assert list(lax(pods()[name])) == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_told_what_its_settings_ask_and_secrets_as_files(service: str) -> None:
    settings = settings_map()
    assert list(odd(of_kind("Deployment")[service], settings, service)) == []
    assert list(odd(of_kind("Job")[f"{service}-migrations"], settings, service)) == []


def settings_map() -> dict[str, str]:
    found = next(d for path, d in manifests() if path == "base/settings.yaml")
    told: dict[str, str] = found["data"]
    return told


def test_every_shared_setting_is_one_that_some_service_knows() -> None:
    known = {name for service in SERVICES for name in fields_of(service)}
    assert set(settings_map()) <= known


@pytest.mark.parametrize("service", SERVICES)
def test_pods_and_one_machine_are_told_the_same_identity(service: str, tmp_path: Path) -> None:
    local = environment_of(service, plan_containers(tmp_path))
    (container,) = pod_of(of_kind("Deployment")[service])["containers"]
    own = {one["name"]: one["value"] for one in container["env"]}
    assert own == {name: local[name] for name in own}
    fields = fields_of(service)
    mentioned = {n for n in local if n in fields and n not in own and not is_secret(fields[n])}
    assert mentioned - set(settings_map()) - IN_THE_IMAGE <= {
        "KINBRIDGE_FIELD_CLOCK_FILE",  # for development
        "KINBRIDGE_NOTIFY_URL",  # the real one is the default
    }


def test_the_example_of_a_council_can_be_read_as_settings() -> None:
    told = next(d for path, d in manifests() if path == "example/settings.yaml")["data"]
    assert set(told) <= set(settings_map())
    kinds = {one["kind"] for one in json.loads(told["KINBRIDGE_ISSUERS"])}
    assert kinds == {"staff", "agency", "service"}
    assert all(
        url.startswith("https://")
        for url in json.loads(told["KINBRIDGE_SOCIAL_CARE_URLS"]).values()
    )


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_probed_kept_available_and_given_time_to_end(service: str) -> None:
    pod = pod_of(of_kind("Deployment")[service])
    (container,) = pod["containers"]
    assert container["readinessProbe"]["httpGet"]["path"] == "/health/ready"
    assert container["livenessProbe"]["httpGet"]["path"] == "/health/live"
    assert "startupProbe" in container
    assert pod["terminationGracePeriodSeconds"] >= 20
    assert of_kind("PodDisruptionBudget")[service]["spec"]["maxUnavailable"] == 1


@pytest.mark.parametrize("service", SERVICES)
def test_a_migration_reads_the_secrets_of_its_service(service: str) -> None:
    (folder,) = secret_folders(of_kind("Deployment")[service])
    (jobs_folder,) = secret_folders(of_kind("Job")[f"{service}-migrations"])
    assert folder == {f"kinbridge-{service}"}, "its user at Kafka is there, beside the password"
    assert jobs_folder == folder | {f"kinbridge-{service}-owner"}
    assert secret_folders(of_kind("Job")["topics"]) == [{"kinbridge-topics"}]


def secret_folders(document: Manifest) -> list[set[str]]:
    """The Secrets whose every key is a file of a folder at /run/secrets."""
    pod = pod_of(document)
    (container,) = pod["containers"]
    there = {one["name"] for one in container["volumeMounts"] if one["mountPath"] == "/run/secrets"}
    found = []
    for volume in (one for one in pod["volumes"] if one["name"] in there):
        sources = volume.get("projected", {}).get("sources", [])
        secrets = [one["secret"] for one in sources] or [volume["secret"]]
        whole = [one for one in secrets if "items" not in one]
        found.append({one.get("name") or one["secretName"] for one in whole})
    return found


def test_only_owners_jobs_hold_the_owners_secrets() -> None:
    for name, pod in pods().items():
        owners = "-owner" in json.dumps(pod["volumes"]) if "volumes" in pod else False
        assert owners == (name == "partitions" or name.endswith("-migrations")), name


def test_each_pod_reaches_only_what_it_needs() -> None:
    policies = of_kind("NetworkPolicy")
    everything = policies["nothing-by-default"]["spec"]
    assert everything == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    for service in SERVICES:
        assert egress(policies, service) == {"databases", "kafka", "edge", "outside"}
        assert egress(policies, f"{service}-migrations") == {"databases"}
    assert egress(policies, "partitions") == {"databases"}
    assert egress(policies, "topics") == {"kafka"}


def test_nothing_reaches_inner_addresses_of_a_council_unless_an_overlay_says_so() -> None:
    for policy in of_kind("NetworkPolicy").values():
        for rule in policy["spec"].get("egress", []):
            for to in rule["to"]:
                if "ipBlock" in to:
                    assert {
                        "10.0.0.0/8",
                        "172.16.0.0/12",
                        "192.168.0.0/16",
                        "169.254.0.0/16",
                    } <= set(to["ipBlock"]["except"])
                    assert rule["ports"] == [{"port": 443}]


def plant(change: Callable[[Manifest], None], kind: str, name: str) -> Manifest:
    document = of_kind(kind)[name]
    change(document)
    return document


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["spec"].update(replica=2),
        lambda d: d["spec"].update(replicas="two"),
        lambda d: d["spec"].pop("selector"),
    ],
)
def test_a_manifest_that_kubernetes_would_refuse_is_seen(
    change: Callable[[Manifest], None],
) -> None:
    assert faults(plant(change, "Deployment", "referral"))


@pytest.mark.parametrize(
    "change",
    [
        lambda d: pod_of(d)["securityContext"].update(runAsNonRoot=False),
        lambda d: pod_of(d).pop("automountServiceAccountToken"),
        lambda d: pod_of(d)["containers"][0]["securityContext"].pop("capabilities"),
        lambda d: pod_of(d)["containers"][0]["resources"].pop("limits"),
    ],
)
def test_a_lax_pod_is_seen(change: Callable[[Manifest], None]) -> None:
    assert list(lax(pod_of(plant(change, "Deployment", "handover"))))


def test_a_setting_that_is_missing_unknown_or_laid_open_is_seen() -> None:
    referral = of_kind("Deployment")["referral"]
    settings = settings_map()
    assert list(
        odd(referral, {n: v for n, v in settings.items() if "ISSUERS" not in n}, "referral")
    )
    assert list(odd(referral, settings | {"KINBRIDGE_DATABASE_URL": "x"}, "referral"))
    extra = {"name": "KINBRIDGE_REFERAL_URL", "value": "x"}
    wrong = plant(
        lambda d: pod_of(d)["containers"][0]["env"].append(extra), "Deployment", "referral"
    )
    assert list(odd(wrong, settings, "referral"))


def test_a_service_that_reaches_further_is_seen() -> None:
    policies = of_kind("NetworkPolicy")
    policies["topics-are-made"]["spec"]["egress"].append(
        {"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}
    )
    assert egress(policies, "topics") == {"kafka", "outside"}
