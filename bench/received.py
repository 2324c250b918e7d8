"""Received referrals a second over HTTP, beside a bare psycopg loop that stores the same rows.

The service runs as it does for users: tokens checked, telemetry and idempotency on, its log at
info, its relay publishing to Kafka, fsync on. The other services rest, so that both sides have
the machine to themselves. Both run in turns, and the median of each is told.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from statistics import median

import psutil
import psycopg
from psycopg import sql

from bench.capture import Captured, captured, log_statements
from bench.figures import Figure
from bench.services import seconds_used
from bench.stage import Stage
from deploy.local.databases import named
from deploy.local.parts import PROCESSES
from deploy.local.places import ROOT

FRONT_DOOR = "referral"
ROUNDS, EACH, CONNECTIONS = 3, 3_000, 16
POOL = 5
"""As many connections as the service's pool has."""
EMPTY = "kinbridge_limit"


def measure(stage: Stage) -> Iterator[Figure]:
    """Capture the statement, then let the service and the limit program run in turns."""
    found = _capture(stage)
    for name in PROCESSES:
        if name != FRONT_DOOR:
            stage.stack.children[name].stop()
    received, limit, used = [], [], []
    for turn in range(ROUNDS):
        limit.append(EACH / _limit(stage, found, turn))
        door = psutil.Process(stage.stack.children[FRONT_DOOR].pid)
        before = seconds_used(door)
        received.append(EACH / stage.refer(f"bench-{turn}", EACH, CONNECTIONS)["seconds"])
        used.append((seconds_used(door) - before) * 1000 / EACH)
    yield Figure(
        "received",
        median(received),
        "referrals/s",
        median(limit),
        "bare psycopg",
        least=0.35,
        note=f"{median(used):.2f} ms of the service's processor time each",
    )


def _capture(stage: Stage) -> Captured:
    """Let the service store some referrals while the server logs its statements.

    Its database is cloned before: the clones hold the agency, and no referral.
    """
    stage.token()
    door = stage.stack.children[FRONT_DOOR]
    role = f"{FRONT_DOOR}_app"
    with stage.as_admin() as conn:
        log_statements(conn, role, on=True)
        door.stop()
        clone(conn, named(FRONT_DOOR), EMPTY)
        stage.stack.start_service(FRONT_DOOR)
        stage.refer("captured", EACH, CONNECTIONS)
        log_statements(conn, role, on=False)
        stage.stack.restart_service(FRONT_DOOR)
    return captured(stage.stack.postgres.log, EACH)


def clone(conn: psycopg.Connection, database: str, name: str) -> None:
    """Make a database just like another, to which nobody is connected."""
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    conn.execute(statement.format(sql.Identifier(name), sql.Identifier(database)))
    conn.execute("CHECKPOINT")


def _limit(stage: Stage, found: Captured, turn: int) -> float:
    """Store the captured rows in a database of this turn's own; give the seconds."""
    with stage.as_admin() as conn:
        clone(conn, EMPTY, f"{EMPTY}_{turn}")
    url = stage.stack.plan.databases[FRONT_DOOR].app_url.rpartition("/")[0]
    with tempfile.TemporaryDirectory(prefix="kinbridge-bench-") as folder:
        file = Path(folder) / "captured.json"
        file.write_text(json.dumps(asdict(found)))
        given = [f"{url}/{EMPTY}_{turn}", str(file), str(POOL)]
        ran = subprocess.run(
            [sys.executable, "-m", "bench.limit", *given],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            check=True,
        )
    return float(ran.stdout)
