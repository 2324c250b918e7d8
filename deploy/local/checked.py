"""Every check that needs no server, side by side: lint, format, types, imports (`make check`)."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deploy.local.places import ROOT

PROGRAMS = Path(sys.executable).parent
CHECKS = {
    "lint": ("ruff", "check", "--quiet", "."),
    "format": ("ruff", "format", "--check", "--quiet", "."),
    "types": ("mypy",),
    "imports": ("lint-imports",),
}


def main() -> int:
    """Run them all, print what each found and took, and answer with an exit code."""
    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(_check, CHECKS))
    return max(codes)


def _check(name: str) -> int:
    program, *arguments = CHECKS[name]
    started = time.monotonic()
    told = subprocess.run(
        [PROGRAMS / program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    seconds = time.monotonic() - started
    said = f"\n{told.stdout}{told.stderr}" if told.returncode else ""
    word = "failed" if told.returncode else "ok"
    print(f"check: {name} {word} ({seconds:.1f} s){said}", flush=True)
    return told.returncode


if __name__ == "__main__":
    sys.exit(main())
