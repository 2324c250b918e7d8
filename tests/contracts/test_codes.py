import ast
import sys
from pathlib import Path

import pytest

from contracts import codes
from contracts.codes import CareClosureCode, Ethnicity, FactorCode, PrimaryNeed, SourceCode
from contracts.generate import HERE
from contracts.shapes import OfficialCode, OpenCode

LISTS = [
    thing
    for thing in vars(codes).values()
    if isinstance(thing, type) and issubclass(thing, OpenCode) and len(thing)
]


@pytest.mark.parametrize("codes_of", LISTS, ids=lambda codes_of: codes_of.__name__)
def test_a_code_list_ends_in_unknown_and_says_what_each_official_code_means(
    codes_of: type[OpenCode],
) -> None:
    assert list(codes_of)[-1].value == "unknown"
    assert all(code.meaning for code in codes_of if isinstance(code, OfficialCode))


@pytest.mark.parametrize("withdrawn", ["8A", "18A", "19A"])
def test_a_factor_that_must_not_be_used_cannot_be_said(withdrawn: str) -> None:
    with pytest.raises(ValueError, match=withdrawn):
        FactorCode(withdrawn)


def test_the_official_lists_are_whole() -> None:
    sizes = {codes_of: len(codes_of.known()) for codes_of in (SourceCode, FactorCode, Ethnicity)}
    assert sizes == {SourceCode: 22, FactorCode: 42, Ethnicity: 20}
    assert len(CareClosureCode.known()) == 9
    assert len(PrimaryNeed.known()) == 10


def test_what_early_help_sends_up_is_marked_as_from_early_help() -> None:
    assert SourceCode.EARLY_HELP.value == "5D"
    assert CareClosureCode.EARLY_HELP.value == "RC9"


def foreign_imports(source: str) -> set[str]:
    """The top packages that a file of the contracts may not import."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    return found - sys.stdlib_module_names - {"pydantic", "pydantic_core", "contracts"}


@pytest.mark.parametrize("path", sorted(HERE.glob("*.py")), ids=lambda path: path.stem)
def test_the_contracts_import_pydantic_and_the_standard_library_alone(path: Path) -> None:
    assert foreign_imports(path.read_text()) == set()


def test_another_import_in_the_contracts_is_found() -> None:
    assert foreign_imports("import json\nfrom chassis.clocks import new_id\n") == {"chassis"}
