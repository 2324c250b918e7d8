"""What only a Docker engine can tell; without one each test says that it was skipped, and why."""

import json
import subprocess
import sys

import pytest

from deploy.containers import demo, restore_drill, upgrade_drill
from deploy.containers.engine import NO_ENGINE, Compose, engine_answers
from deploy.containers.stack import ContainerStack
from deploy.local.parts import SERVICES
from deploy.local.places import LOCAL, ROOT

with_an_engine = pytest.mark.skipif(not engine_answers(), reason="no Docker engine answers here")


def test_without_an_engine_the_demo_says_so_in_one_sentence_and_fails() -> None:
    nowhere = {"PATH": "/nowhere", "PYTHONPATH": str(ROOT)}
    for module in ("demo", "restore_drill", "upgrade_drill"):
        told = subprocess.run(
            [sys.executable, "-m", f"deploy.containers.{module}"],
            env=nowhere,
            capture_output=True,
            text=True,
            check=False,
        )
        assert told.returncode == 1
        assert told.stdout.split() == NO_ENGINE.split()


@with_an_engine
def test_compose_itself_reads_the_file_as_the_tests_do() -> None:
    stack = ContainerStack(LOCAL / demo.PROJECT)
    stack.prepare()
    told = json.loads(Compose(demo.PROJECT, stack.env).run("config", "--format", "json"))
    for service in SERVICES:
        real = {n: v for n, v in told["services"][service]["environment"].items() if v is not None}
        assert real == stack.file().environment(service)


@pytest.mark.faults
@with_an_engine
def test_an_image_of_a_service_holds_no_other_and_nothing_that_installs() -> None:
    stack = ContainerStack(LOCAL / demo.PROJECT)
    stack.build()
    program = "ls services; python -c 'import pip' || echo none; id -u; touch /srv/x || echo shut"
    for service in SERVICES:
        ran = stack.compose.run(
            "run", "--rm", "-T", "--no-deps", "--entrypoint", "sh", service, "-c", program
        )
        assert set(ran.split()) - {"__init__.py", "__pycache__"} == {
            service,
            "none",
            "10001",
            "shut",
        }


@pytest.mark.faults
@with_an_engine
def test_the_day_is_lived_on_containers_and_while_each_of_them_restarts() -> None:
    assert demo.main() == 0


@pytest.mark.faults
@with_an_engine
def test_a_restore_loses_what_came_after_the_backup_and_nothing_else() -> None:
    assert restore_drill.main() == 0


@pytest.mark.faults
@with_an_engine
def test_an_upgrade_during_the_day_loses_nothing() -> None:
    assert upgrade_drill.main() == 0
