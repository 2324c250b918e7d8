"""Root lends PostgreSQL an account, and a closed home is not in that account's way."""

import os
from pathlib import Path

import pytest

from deploy.local import system_user
from deploy.local.places import CannotStartError

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root needs to lend an account")


def test_a_folder_below_a_closed_one_is_out_of_reach(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    assert not system_user.reachable(closed / "data")


@as_root
def test_data_wanted_in_a_closed_home_lies_elsewhere_and_is_removed_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home := tmp_path / "home").mkdir(mode=0o700)
    (elsewhere := tmp_path / "elsewhere").mkdir()
    monkeypatch.setattr(system_user, "ELSEWHERE", elsewhere)
    data = system_user.reachable_data(home / "cluster")
    assert data.is_relative_to(elsewhere)
    assert system_user.reachable_data(home / "cluster") == data
    assert data.stat().st_uid == system_user.account()
    system_user.remove_data(home / "cluster")
    assert not list(elsewhere.iterdir())
    assert not (home / "cluster").is_symlink()


@as_root
def test_a_place_that_somebody_else_made_first_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home := tmp_path / "home").mkdir(mode=0o700)
    monkeypatch.setattr(system_user, "ELSEWHERE", tmp_path)
    planted = system_user.reachable_data(home / "cluster").parent
    (home / "cluster").unlink()
    os.chown(planted, system_user.account() or 0, -1)
    with pytest.raises(CannotStartError, match="belongs to somebody else"):
        system_user.reachable_data(home / "cluster")
