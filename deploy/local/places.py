"""Where one machine keeps its things: the checkout's .local for data, the user's cache for jars."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The checkout."""

LOCAL = ROOT / ".local"
"""Everything that `make clean` removes."""


def cache() -> Path:
    """The user's own cache, or the checkout's where there is no writable home."""
    home = os.environ.get("KINBRIDGE_CACHE") or os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    place = Path(home).expanduser() / "kinbridge"
    try:
        place.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        place = LOCAL / "cache"
        place.mkdir(parents=True, exist_ok=True)
    return place if os.access(place, os.W_OK) else LOCAL / "cache"


class CannotStartError(RuntimeError):
    """Something on this machine did not start; its text is a sentence for the person there."""
