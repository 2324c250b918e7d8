"""A life's table: its steps, its refusals in sentences, its page for people."""

from enum import StrEnum

import pytest

from chassis.lives import Life, NotTheirDecision, Step, StepNotAllowed


class Door(StrEnum):
    """A thing with a life."""

    OPEN = "open"
    SHUT = "shut"
    LOCKED = "locked"


class Who(StrEnum):
    """Who may do what to it."""

    GUEST = "guest"
    HOST = "head_host"


LIFE = Life(
    "door",
    (
        Step(Door.OPEN, "shut", Door.SHUT, (Who.GUEST, Who.HOST)),
        Step((Door.SHUT, Door.OPEN), "locked", Door.LOCKED, Who.HOST),
    ),
)


def test_a_step_of_the_table_is_taken() -> None:
    assert LIFE.take(Door.OPEN, "shut", {Who.GUEST}) is Door.SHUT


def test_a_step_that_is_not_in_the_table_says_so_in_a_sentence() -> None:
    with pytest.raises(
        StepNotAllowed, match=r"^A door that is locked cannot be shut by a guest\.$"
    ):
        LIFE.take(Door.LOCKED, "shut", {Who.GUEST})


def test_a_step_of_somebody_else_names_who_decides() -> None:
    with pytest.raises(NotTheirDecision, match=r"may be locked by a head host only"):
        LIFE.take(Door.OPEN, "locked", {Who.GUEST})


def test_the_page_has_a_line_per_step() -> None:
    page = LIFE.render()
    assert "| A door that is | may be | and is then | decided by |" in page
    assert "| shut, open | locked | locked | head host |" in page
