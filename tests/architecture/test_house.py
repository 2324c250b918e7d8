"""The house's own rules: places, sizes, names, and who alone may publish or sleep."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source import Source, sources, tracked

CODE = ("contracts", "chassis", "councils", "services", "deploy", "bench")
PLACES = {*CODE, "tests", "docs", "requirements", ".ci", ".github"}
ROOT_FILES = {
    ".dockerignore",
    ".env.example",
    ".gitignore",
    "CHANGELOG.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "docker-compose.yml",
    "pyproject.toml",
}
UNBUILT = {"utils", "helpers", "common", "base", "service", "models", "misc", "core"}
LONGEST_FILE, LONGEST_FUNCTION = 300, 40
FIELD_WORDS = ("referral", "family", "pathway", "case_id", "safeguard", "practitioner")
ENVELOPES_OWN = ("chassis/messaging/", "family")
"""The envelope carries the family as an attribute; that much of the field the relay knows."""


def strays(names: tuple[str, ...]) -> list[str]:
    return [
        name
        for name in names
        if (name.split("/")[0] not in PLACES if "/" in name else name not in ROOT_FILES)
    ]


def too_long(source: Source) -> Iterator[str]:
    if (lines := source.text.count("\n")) > LONGEST_FILE:
        yield f"{source.path}: {lines} lines"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield f"{source.path}:{node.name}: {length} lines"


def publishers(source: Source) -> bool:
    return any(name.startswith("aiokafka") and "Producer" in name for name in source.imports)


def sleepers(source: Source) -> bool:
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute | ast.Name)
        and (node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id) == "sleep"
        for node in ast.walk(source.tree)
    )


def test_every_file_has_a_declared_place() -> None:
    assert strays(tracked()) == []


def test_no_room_without_a_question_at_its_door() -> None:
    names = [source.path for source in sources(*CODE)]
    assert [n for n in names if UNBUILT & {part.removesuffix(".py") for part in n.split("/")}] == []


def test_no_file_and_no_function_is_too_long() -> None:
    assert [line for source in sources(*CODE) for line in too_long(source)] == []


def test_only_the_relay_publishes() -> None:
    found = [
        s.path for s in sources("contracts", "chassis", "councils", "services") if publishers(s)
    ]
    assert found == ["chassis/messaging/relay.py"]


def test_no_test_sleeps() -> None:
    found = [s.path for s in sources("tests") if sleepers(s)]
    assert found == ["tests/making/waiting.py"]


def test_the_chassis_knows_no_word_of_the_field() -> None:
    found = [
        (source.path, word)
        for source in sources("chassis")
        for word in FIELD_WORDS
        if word in source.text.lower()
    ]
    place, known = ENVELOPES_OWN
    assert [f for f in found if f[1] != known or not f[0].startswith(place)] == [
        ("chassis/migrations/versions/c0001_messages_timers_prompts_audit.py", known)
    ]


@pytest.mark.parametrize(
    ("guard", "planted"),
    [
        (lambda s: list(too_long(s)), "x = 1\n" * 301),
        (lambda s: list(too_long(s)), "def f():\n" + "    x = 1\n" * 41),
        (publishers, "from aiokafka import AIOKafkaProducer\n"),
        (sleepers, "import asyncio\nasync def f():\n    await asyncio.sleep(1)\n"),
        (sleepers, "from time import sleep\nsleep(1)\n"),
    ],
)
def test_each_guard_bites(guard: object, planted: str) -> None:
    assert callable(guard)
    assert guard(Source("planted.py", planted))


def test_a_file_without_a_place_is_seen() -> None:
    assert strays(("stray.py", "elsewhere/x.py", "chassis/x.py")) == ["stray.py", "elsewhere/x.py"]
