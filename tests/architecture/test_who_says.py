"""Messages are said behind the lock of their key's row: by `say`, or with a key that is new."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.source import Source, sources

WITH_A_NEW_KEY = {
    "services/referral/store/arrivals.py",
    "services/referral/store/arrival_rows.py",
}
"""These write the first message of a key in one statement with what it tells of (ADR 0013)."""
HOME = "chassis/messaging/outbox.py"
INSERT = re.compile(r"insert\s+into\s+outbox\b", re.IGNORECASE)


def writers(source: Source) -> Iterator[str]:
    """Tell whether a file has the outbox's table in hand, by its name or in SQL."""
    if source.path != HOME and "chassis.messaging.outbox.outbox" in source.imports:
        yield source.path
    for node in ast.walk(source.tree):
        said = node.value if isinstance(node, ast.Constant) else None
        if isinstance(said, str) and INSERT.search(said):
            yield source.path


def test_nobody_else_writes_the_outbox() -> None:
    found = {each for source in sources("chassis", "services") for each in writers(source)}
    assert found == WITH_A_NEW_KEY


def test_another_writer_is_seen() -> None:
    for planted in (
        "from chassis.messaging.outbox import outbox\n",
        'SAY = """INSERT INTO outbox (key)\n VALUES (1)"""\n',
    ):
        assert list(writers(Source("services/planted.py", planted))) == ["services/planted.py"]
