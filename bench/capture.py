"""What the front door really sends to PostgreSQL, taken from the server's own log.

The limit program must write the same rows by the same statement, and the bench imports no
service: for a while the server logs every statement of the service's role with its parameters,
and the one that stores a referral is read back from the log.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

STARTS = re.compile(r"LOG:  execute [^:]+: (WITH w_idempotency AS .*)$")
PARAMETERS = re.compile(r"DETAIL:  [Pp]arameters: (\$1 = .*)$")
VALUE = re.compile(r"\$\d+ = (?:'((?:[^']|'')*)'|NULL)")
PLACE = re.compile(r"\$(\d+)")


@dataclass(frozen=True)
class Captured:
    """One statement, as psycopg takes it, and the parameters of each time it ran."""

    statement: str
    parameters: list[list[str]]


def log_statements(conn: psycopg.Connection, role: str, *, on: bool) -> None:
    """Let the server log a role's statements with their parameters; new connections heed it."""
    settings = {"log_statement": "all", "log_error_verbosity": "default"}
    for name, value in settings.items():
        change = sql.SQL("SET {} = {}") if on else sql.SQL("RESET {}")
        given = (sql.Identifier(name), sql.Literal(value))[: 2 if on else 1]
        conn.execute(sql.SQL("ALTER ROLE {} ").format(sql.Identifier(role)) + change.format(*given))


def captured(log: Path, count: int) -> Captured:
    """Read the last `count` times that the storing statement ran."""
    found = list(_executions(log))[-count:]
    if len(found) < count or len({statement for statement, _ in found}) != 1:
        raise RuntimeError(f"The log holds {len(found)} of {count} like statements.")
    statement = PLACE.sub("%s", found[0][0].replace("%", "%%"))
    return Captured(statement, [values for _, values in found])


def _executions(log: Path) -> Iterator[tuple[str, list[str]]]:
    waiting: dict[str, str] = {}
    for line in log.read_text(errors="replace").splitlines():
        process = line.partition("[")[2].partition("]")[0]
        if started := STARTS.search(line):
            waiting[process] = started[1]
        elif process in waiting and (given := PARAMETERS.search(line)):
            values = [value.replace("''", "'") for value in VALUE.findall(given[1])]
            yield waiting.pop(process), values
