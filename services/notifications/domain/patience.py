"""How long to wait before trying again: longer each time, never twice the same, never too long."""

from datetime import timedelta

FIRST = timedelta(seconds=2)
LONGEST = timedelta(minutes=15)
FEW_FAILURES = 5
"""Failures in a row after which an endpoint rests and is tried one message at a time."""


def pause(tries: int, roll: float, longest: timedelta = LONGEST) -> timedelta:
    """Give the pause after so many tries; `roll` is chance from 0 to 1, so that crowds part."""
    doubled: timedelta = FIRST * 2 ** min(max(tries, 1) - 1, 20)
    return min(doubled, longest) * (0.5 + 0.5 * roll)


def rest(failures: int, roll: float) -> timedelta | None:
    """Give how long an endpoint rests after so many failures in a row; None while they are few."""
    if failures < FEW_FAILURES:
        return None
    return pause(failures - FEW_FAILURES + 3, roll, timedelta(minutes=5))
