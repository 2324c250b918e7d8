"""Waiting for something to come true, with a deadline and a report: the only sleep in the tests."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")


class NeverCameTrueError(AssertionError):
    """What was waited for had not come true at its deadline."""


@overload
async def eventually(
    check: Callable[[], Awaitable[T]],
    *,
    within: float = ...,
    every: float = ...,
    report: Callable[[], Any] | None = ...,
) -> T: ...


@overload
async def eventually(
    check: Callable[[], T],
    *,
    within: float = ...,
    every: float = ...,
    report: Callable[[], Any] | None = ...,
) -> T: ...


async def eventually(
    check: Callable[[], T | Awaitable[T]],
    *,
    within: float = 10.0,
    every: float = 0.02,
    report: Callable[[], Any] | None = None,
) -> T:
    """Ask `check` again and again until it answers truly, and return that answer.

    Args:
        check: Asks once; a false answer or a failed assertion means "not yet". May be async.
        within: Seconds until this gives up.
        every: Seconds between two questions.
        report: Called once on giving up (may be async); its answer stands in the error.

    Raises:
        NeverCameTrueError: The deadline passed; says what was last seen.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within
    seen: object = None
    while True:
        try:
            answer = await _ask(check, patience=max(deadline - loop.time(), every))
            if answer:
                return answer
            seen = answer
        except (AssertionError, TimeoutError) as not_yet:
            seen = not_yet
        if loop.time() >= deadline:
            raise NeverCameTrueError(await _sentence(seen, within, report))
        await asyncio.sleep(every)


async def beats(every: float, *, during: float = float("inf")) -> AsyncIterator[int]:
    """Count 0, 1, 2 … at a steady pace, for an outage that lasts as long as it lasts.

    Args:
        every: Seconds between two beats.
        during: Seconds after which no further beat comes; without it, the caller ends it.
    """
    loop = asyncio.get_running_loop()
    began, count = loop.time(), 0
    while loop.time() - began < during:
        yield count
        count += 1
        await asyncio.sleep(max(0.0, began + count * every - loop.time()))


async def lasting(seconds: float) -> None:
    """Let an outage last."""
    await asyncio.sleep(seconds)


async def _ask(check: Callable[[], T | Awaitable[T]], *, patience: float) -> T:
    answer = check()
    if inspect.isawaitable(answer):
        return await asyncio.wait_for(answer, patience)
    return answer


async def _sentence(seen: object, within: float, report: Callable[[], Any] | None) -> str:
    text = f"not true within {within:g} s; last seen: {seen!r}"
    if report is None:
        return text
    told = report()
    if inspect.isawaitable(told):
        told = await told
    return f"{text}\n{told}"
