"""docs/lives tells what the step tables say, and says nothing else."""

import pytest

from tests.making.lives import FOLDER, LIVES, page_of


@pytest.mark.parametrize("name", LIVES)
def test_the_page_of_a_life_is_its_table(name: str) -> None:
    assert (FOLDER / f"{name}.md").read_text() == page_of(name)


def test_there_is_no_page_without_a_life() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} == set(LIVES)
