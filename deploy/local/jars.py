"""Kafka's jars: fetched once into the user's cache, each held to its locked SHA-256.

`python -m deploy.local.jars` resolves jgo.toml afresh and writes jgo.lock.toml.
"""

import fcntl
import hashlib
import os
import tomllib
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache as kept
from pathlib import Path
from typing import Any

from deploy.local.places import CannotStartError, cache

HERE = Path(__file__).parent
SPEC = HERE / "jgo.toml"
LOCK = HERE / "jgo.lock.toml"


@kept
def class_path() -> str:
    """Every locked jar, fetched where missing, in one fixed order.

    The order is explicit because a wildcard would disable Java's class archive.

    Raises:
        CannotStartError: A jar could not be fetched, or is not the one that was locked.
    """
    store = cache() / "maven"
    locked = tomllib.loads(LOCK.read_text())["dependencies"]
    with _alone(cache() / "jars.lock"), ThreadPoolExecutor(8) as pool:
        jars = list(pool.map(lambda jar: fetched(store, jar), locked))
    return os.pathsep.join(sorted(str(jar) for jar in jars))


def lock() -> None:
    """Resolve jgo.toml and write the lock beside it: names, versions and digests, no addresses."""
    from jgo.env import EnvironmentBuilder, EnvironmentSpec, LockFile  # noqa: PLC0415 - slow

    spec = EnvironmentSpec.load(SPEC)
    maven = _maven(cache() / "maven")
    wanted = EnvironmentBuilder(maven, cache_dir=cache()).spec_to_dependencies(spec)
    asked, needed = maven.resolver.resolve(wanted)
    kept = [jar for jar in needed if jar.scope in ("compile", "runtime")]
    locked = LockFile.from_resolved_dependencies([*asked, *kept], environment_name=spec.name)
    locked.save(LOCK)


def fetched(store: Path, jar: dict[str, str]) -> Path:
    """One jar in the store, fetched where missing, held to its digest."""
    group, name, version = jar["groupId"], jar["artifactId"], jar["version"]
    path = store.joinpath(*group.split("."), name, version, f"{name}-{version}.jar")
    if not path.exists():
        path = _fetch(store, group, name, version)
    if hashlib.sha256(path.read_bytes()).hexdigest() != jar["sha256"]:
        path.unlink()
        raise CannotStartError(
            f"The jar {name} {version} is not the one that was locked; it was thrown away, "
            "run the command again."
        )
    return path


def _fetch(store: Path, group: str, name: str, version: str) -> Path:
    try:
        path: Path = _maven(store).project(group, name).at_version(version).artifact().resolve()
    except Exception as reason:
        raise CannotStartError(
            f"Kafka's jar {name} {version} could not be fetched ({type(reason).__name__}); "
            "the first start needs the network once."
        ) from reason
    return path


def _maven(store: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs, on a machine without a login session
        from jgo.maven import MavenContext  # noqa: PLC0415 - slow, and seldom needed
    return MavenContext(repo_cache=store, timeout=60)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    lock()
