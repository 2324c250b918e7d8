"""Makes .venv and installs locked requirements into it; needs nothing but Python itself.

`python3 deploy/local/install.py local | dev`. A stamp named after the lock file's hash stands in
.venv when that lock is installed, so that a second run costs nothing.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
INCLUDES = {"dev": ("local",), "local": ()}
"""Installing dev installs local too: both are locked to the same versions."""


def main(kind: str) -> int:
    """Install one lock file, unless it is installed; answer with an exit code."""
    if stamp(kind).exists() and PYTHON.exists():
        return 0
    started = time.monotonic()
    if not _works(PYTHON) and not _make_venv():
        return 1
    if not _install(kind):
        return 1
    subprocess.run(_compile_command(), cwd=ROOT, check=False)  # some packages hold templates
    for done in (kind, *INCLUDES[kind]):
        stamp(done).touch()
    print(f"Installed in {time.monotonic() - started:.0f} s.", flush=True)
    return 0


def stamp(kind: str) -> Path:
    """The file that says: this very lock is installed in .venv."""
    content = (ROOT / "requirements" / f"{kind}.txt").read_bytes()
    return VENV / f"installed-{kind}-{hashlib.sha256(content).hexdigest()[:16]}"


def _works(python: Path) -> bool:
    if not python.exists():
        return False
    test = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([python, "-c", test], capture_output=True, check=False).returncode == 0


def _make_venv() -> bool:
    print(f"Making .venv with Python {sys.version.split()[0]} …", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    told = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, check=False)
    if told.returncode:
        print(
            "This Python cannot make a virtual environment; install the package that holds its "
            "venv module (on Debian and Ubuntu: python3-venv) and run make again.",
            file=sys.stderr,
        )
    return told.returncode == 0


def _install(kind: str) -> bool:
    lock = ROOT / "requirements" / f"{kind}.txt"
    wanted = sum("==" in line and not line.startswith((" ", "#")) for line in _lines(lock))
    print(f"Installing {wanted} locked packages (requirements/{kind}.txt) …", flush=True)
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check"]
    command += ["--progress-bar", "off", "--require-hashes", "-r", str(lock)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pip:
        said = _progress(pip, wanted)
    if pip.returncode:
        print("".join(said[-15:]), file=sys.stderr)
        print(
            "The packages could not be installed; pip's own words are above. "
            "Run make again when it is mended: what was fetched is kept.",
            file=sys.stderr,
        )
    return pip.returncode == 0


def _progress(pip: "subprocess.Popen[str]", wanted: int) -> list[str]:
    said, fetched = [], 0
    for line in pip.stdout or ():
        said.append(line)
        if line.startswith("Collecting "):
            fetched += 1
            if fetched % 10 == 0:
                print(f"  {fetched} of {wanted} packages fetched", flush=True)
        elif line.startswith("Installing collected"):
            print("  installing them", flush=True)
    return said


def _compile_command() -> list[str | Path]:
    ours = ("contracts", "chassis", "councils", "services", "deploy")
    folders = [ROOT / part for part in ours if (ROOT / part).exists()]
    return [PYTHON, "-m", "compileall", "-qq", "-j", "0", VENV / "lib", *folders]


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
