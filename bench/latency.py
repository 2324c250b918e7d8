"""From the commit in one service to the commit in the next, at a steady pace of referrals.

Both times are PostgreSQL's own of the two commits, by the one clock of the server that holds both
databases: of the referral's outbox row, and of the inbox row that notifications writes with what
it makes of the message.
"""

import time
from collections.abc import Iterator
from datetime import datetime
from typing import cast
from uuid import UUID

from bench.figures import Figure
from bench.stage import Stage
from deploy.local.databases import named

RATE, SECONDS, CONNECTIONS = 50, 20, 8
WARM_UP = 100
RECEIVED = "earlyhelp.referral.received.v1"
SAID = """
SELECT ce_id, pg_xact_commit_timestamp(xmin) FROM outbox
 WHERE type = %s AND created_at > %s ORDER BY seq
"""
HEARD = "SELECT ce_id, pg_xact_commit_timestamp(xmin) FROM inbox WHERE seen_at > %s"
PATIENCE = 30.0


def measure(stage: Stage) -> Iterator[Figure]:
    """Refer at the pace, wait until all was heard, and take the times apart."""
    stage.refer("latency-warm", WARM_UP, CONNECTIONS, RATE)
    since = _database_now(stage)
    told = stage.refer("latency", RATE * SECONDS, CONNECTIONS, RATE)
    took = sorted(_took(stage, since, RATE * SECONDS))
    pace = f"{RATE * SECONDS / told['seconds']:.0f}/s"
    name = "commit to the next service's commit"
    yield Figure(f"{name}, p50", took[len(took) // 2], "ms", note=pace)
    yield Figure(f"{name}, p99", took[int(len(took) * 0.99)], "ms", most=100, note=pace)
    yield Figure("received to answered at that pace, p99", told["p99"] * 1000, "ms")


def _database_now(stage: Stage) -> datetime:
    with stage.as_admin() as conn:
        (now,) = conn.execute("SELECT now()").fetchall()[0]
    return cast("datetime", now)


def _took(stage: Stage, since: datetime, count: int) -> list[float]:
    with stage.as_admin(named("referral")) as conn:
        said: dict[UUID, datetime] = dict(conn.execute(SAID, (RECEIVED, since)).fetchall())
    deadline = time.monotonic() + PATIENCE
    heard: dict[UUID, datetime] = {}
    while len(said.keys() & heard.keys()) < count:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(said.keys() & heard.keys())} of {count} were heard.")
        time.sleep(0.2)
        with stage.as_admin(named("notifications")) as conn:
            heard = dict(conn.execute(HEARD, (since,)).fetchall())
    return [(heard[each] - said[each]).total_seconds() * 1000 for each in said if each in heard]
