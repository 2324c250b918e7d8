"""Whatever is put in place of a value, a council's file loads or is refused in sentences."""

import re
import tomllib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from councils.checks import rule_checks
from councils.lines import line_of, lines_of_keys
from councils.reading import Page
from councils.rules import CouncilRules, _read
from tests.councils.planting import COUNCILS

TEXT = (COUNCILS / "southend.toml").read_text()
SENTENCE = re.compile(r"councils/southend\.toml, line \d+: \S+ .+\.")


def _places(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    rows = value.items() if isinstance(value, dict) else enumerate(value)
    found = [place] if place else []
    for key, below in rows:
        here = (*place, key)
        found += _places(below, here) if isinstance(below, dict | list) else [here]
    return found


PLACES = _places(tomllib.loads(TEXT))
ANYTHING = st.recursive(
    st.none().map(lambda _: "")
    | st.booleans()
    | st.integers(-2, 2)
    | st.floats()
    | st.text()
    | st.dates()
    | st.times()
    | st.datetimes(),
    lambda below: st.lists(below, max_size=2) | st.dictionaries(st.text(), below, max_size=2),
    max_leaves=3,
)


@settings(max_examples=150, deadline=None)
@given(place=st.sampled_from(PLACES), value=ANYTHING)
def test_a_changed_value_loads_or_is_refused_in_a_sentence(
    place: tuple[Any, ...], value: object
) -> None:
    document = tomllib.loads(TEXT)
    at: Any = document
    for key in place[:-1]:
        at = at[key]
    at[place[-1]] = value
    page = Page(COUNCILS / "southend.toml", TEXT, document)
    rules = _read(page)
    rule_checks(page)
    problems = list(page.problems())
    assert isinstance(rules, CouncilRules) or problems
    assert [problem for problem in problems if not SENTENCE.fullmatch(problem)] == []


def test_every_key_of_a_file_is_found_on_the_line_where_it_stands() -> None:
    lines, text = lines_of_keys(TEXT), TEXT.splitlines()
    for place in PLACES:
        named = [str(key) for key in place if not isinstance(key, int)]
        line = text[line_of(lines, ".".join(map(str, place))) - 1]
        assert any(name in line for name in named[-2:]), place


def test_lines_are_found_through_lists_and_long_strings() -> None:
    text = '''[a]
one = """
[not.a.table]
two = 2
"""
three = [
  "x = [", # four = 4 ]
]
[[b]]
"five" = 'six = """'
[[b]]
seven.eight = 9
'''
    assert lines_of_keys(text) == {
        "a": 1,
        "a.one": 2,
        "a.three": 6,
        "b": 9,
        "b.0": 9,
        "b.0.five": 10,
        "b.1": 11,
        "b.1.seven": 12,
        "b.1.seven.eight": 12,
    }
