"""`make` works where there is little on the machine, and says in one sentence what is missing."""

import subprocess
from pathlib import Path

import pytest

from deploy.local import checks, install
from deploy.local.places import ROOT, CannotStartError

TOO_OLD = """#!/bin/sh
if [ "$1" = --version ]; then echo "Python 3.9.2"; else exit 1; fi
"""


def make(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    (folder / "Makefile").write_text((ROOT / "Makefile").read_text())
    path = {"PATH": f"{folder}:/usr/bin:/bin"}
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=path, capture_output=True, text=True, check=False
    )


def test_every_command_is_listed_by_make_help(tmp_path: Path) -> None:
    listed = make(tmp_path, "help").stdout
    commands = "demo test up down status logs clean check lock bench faults schemas help"
    for command in commands.split():
        assert f"make {command} " in listed


def test_a_machine_with_an_old_python_is_told_so_in_one_sentence(tmp_path: Path) -> None:
    for name in ("python3", *(f"python3.{minor}" for minor in range(11, 15))):
        (tmp_path / name).write_text(TOO_OLD)
        (tmp_path / name).chmod(0o755)
    told = make(tmp_path, "up")
    assert told.returncode
    first = told.stderr.splitlines()[0]
    assert first == (
        "Kinbridge needs Python 3.11 or newer, and this machine has Python 3.9.2: "
        "install a newer one and run make again."
    )


def test_what_is_installed_already_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install, "VENV", tmp_path)
    monkeypatch.setattr(install, "PYTHON", tmp_path / "python")
    monkeypatch.setattr(install, "_install", lambda _: pytest.fail("installed twice"))
    (tmp_path / "python").touch()
    install.stamp("dev").touch()
    assert install.main("dev") == 0


def test_a_changed_lock_is_installed_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "ROOT", tmp_path)
    (tmp_path / "requirements").mkdir()
    lock = tmp_path / "requirements" / "dev.txt"
    lock.write_text("one==1\n")
    before = install.stamp("dev")
    lock.write_text("one==2\n")
    assert install.stamp("dev") != before


def test_a_checkout_without_its_services_is_told_so_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "ROOT", tmp_path)
    with pytest.raises(CannotStartError, match="lacks deploy/simulators, services/referral"):
        checks.look_before_starting()
