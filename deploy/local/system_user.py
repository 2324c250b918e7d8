"""Who PostgreSQL runs as: it refuses to be root, so root lends it an unprivileged account.

That account must be able to reach the binaries and the data; a home directory that is closed
to others (0700) is in its way, so what lies behind one is kept in /var/tmp instead.
"""

import hashlib
import os
import pwd
import shutil
from pathlib import Path

from deploy.local.places import CannotStartError

ACCOUNTS = ("postgres", "nobody")
ELSEWHERE = Path("/var/tmp")  # noqa: S108 - survives a reboot; what we make there is checked


def account() -> int | None:
    """The account to run as; None where we are not root and run as ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ACCOUNTS:
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    raise CannotStartError(
        "PostgreSQL refuses to run as root, and this machine has neither an account 'postgres' "
        "nor 'nobody': run the command as an ordinary user."
    )


def group_of(user: int) -> int:
    """The account's own group."""
    return pwd.getpwuid(user).pw_gid


def reachable(path: Path) -> bool:
    """Whether other accounts may pass through every folder above this path."""
    return all(folder.stat().st_mode & 0o001 for folder in path.parents if folder.exists())


def reachable_programs(programs: Path) -> Path:
    """The PostgreSQL installation, copied out of a closed home where root lends an account.

    Its libraries lie in a folder beside the package, where the programs look for them.
    """
    if account() is None or reachable(programs / "bin" / "postgres"):
        return programs
    size = (programs / "bin" / "postgres").stat().st_size
    copy = _own_folder(f"kinbridge-postgres-{size}", programs)
    if not (copy / "whole").exists():
        for folder in (programs.parent, programs.parent.with_suffix(".libs")):
            shutil.copytree(folder, copy / folder.name, dirs_exist_ok=True, symlinks=True)
        (copy / "whole").touch()
    return copy / programs.parent.name / programs.name


def reachable_data(data: Path) -> Path:
    """A folder for the data that the account can reach, linked from where it was wanted."""
    user = account()
    if user is None:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        return data
    if data.is_symlink():
        return data.resolve()
    data.parent.mkdir(parents=True, exist_ok=True)
    if not reachable(data):
        elsewhere = _own_folder("kinbridge-data", data)
        data.symlink_to(elsewhere / "cluster")
        data = elsewhere / "cluster"
    data.mkdir(exist_ok=True, mode=0o700)
    os.chown(data, user, group_of(user))
    return data


def remove_data(data: Path) -> None:
    """Remove a folder that `reachable_data` made, wherever it lies."""
    if data.is_symlink():
        shutil.rmtree(data.resolve().parent, ignore_errors=True)
        data.unlink()
    elif data.exists():
        shutil.rmtree(data)


def _own_folder(prefix: str, origin: Path) -> Path:
    mark = hashlib.sha256(str(origin).encode()).hexdigest()[:12]
    folder = ELSEWHERE / f"{prefix}-{mark}"
    folder.mkdir(exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise CannotStartError(f"{folder} belongs to somebody else; remove it or ask them to.")
    folder.chmod(0o711 if prefix == "kinbridge-data" else 0o755)
    return folder
