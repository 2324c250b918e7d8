"""A copy of the councils' files with one thing in it changed, and the line where it now stands."""

from pathlib import Path

import pytest

from councils.reading import CouncilFileWrong
from councils.rules import load_councils

COUNCILS = Path(__file__).parents[2] / "councils"


def the_files(tmp_path: Path) -> Path:
    directory = tmp_path / "councils"
    directory.mkdir(exist_ok=True)
    for path in COUNCILS.glob("*.toml"):
        (directory / path.name).write_bytes(path.read_bytes())
    return directory


def planted(directory: Path, right: str, wrong: str, council: str = "southend") -> int:
    """Replace `right`, which must be there, and return the line on which it began."""
    path = directory / f"{council}.toml"
    before, found, after = path.read_text().partition(right)
    assert found, f"{path.name} has no {right!r}"
    path.write_text(before + wrong + after)
    return before.count("\n") + 1


def line_holding(text: str, council: str = "southend") -> int:
    lines = (COUNCILS / f"{council}.toml").read_text().splitlines()
    return next(number for number, line in enumerate(lines, start=1) if line.startswith(text))


def what_is_wrong(directory: Path) -> tuple[str, ...]:
    with pytest.raises(CouncilFileWrong) as wrong:
        load_councils(directory)
    assert str(wrong.value) == "\n".join(wrong.value.problems)
    return wrong.value.problems
