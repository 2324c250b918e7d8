"""Waiting ends at its deadline and says what was last seen."""

import pytest

from tests.making.waiting import NeverCameTrueError, eventually


async def test_waiting_ends_with_the_first_true_answer() -> None:
    answers = iter([None, 0, "here", "later"])
    assert await eventually(lambda: next(answers), every=0.001) == "here"


async def test_a_failed_assertion_means_not_yet() -> None:
    tries: list[int] = []

    async def third_time() -> bool:
        tries.append(1)
        assert len(tries) == 3
        return True

    assert await eventually(third_time, every=0.001)


async def test_a_deadline_that_passes_prints_the_report() -> None:
    async def report() -> str:
        return "unpublished: 3"

    with pytest.raises(NeverCameTrueError, match=r"(?s)last seen: False.*unpublished: 3"):
        await eventually(lambda: False, within=0.01, every=0.001, report=report)
