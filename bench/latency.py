"""From the commit in one service to the commit in the next, at a steady fifty events a second.

Each referral makes two events: that it was received, which notifications hears, and that its
referrer was told (by a signed webhook, with the contact fetched from its owner), which the front
door hears. Both times are PostgreSQL's own of the two commits, by the one clock of the server that
holds both databases: of the outbox row, and of the inbox row that the hearer writes with what it
makes of the message.
"""

import time
from collections.abc import Iterator
from datetime import datetime
from typing import cast
from uuid import UUID

from bench.figures import Figure
from bench.stage import Stage
from deploy.local.databases import named

RATE, SECONDS, CONNECTIONS = 25, 20, 8
"""Referrals a second: half as many as events."""
WARM_UP = 100
HOPS = (
    ("referral", "earlyhelp.referral.received.v1", "notifications"),
    ("notifications", "earlyhelp.notification.milestone-told.v1", "referral"),
)
"""Who says what, and who hears it."""
SAID = """
SELECT ce_id, pg_xact_commit_timestamp(xmin) FROM outbox
 WHERE type = %s AND created_at > %s ORDER BY seq
"""
HEARD = "SELECT ce_id, pg_xact_commit_timestamp(xmin) FROM inbox WHERE seen_at > %s"
PATIENCE = 30.0


def measure(stage: Stage) -> Iterator[Figure]:
    """Refer at the pace, wait until all was heard, and take the times apart."""
    stage.refer("latency-warm", WARM_UP, CONNECTIONS, RATE)
    _wait_for_quiet(stage)
    since = _database_now(stage)
    told = stage.refer("latency", RATE * SECONDS, CONNECTIONS, RATE)
    took = sorted(each for hop in HOPS for each in _took(stage, since, hop))
    pace = f"{len(took) / told['seconds']:.0f} events/s"
    name = "commit to the next service's commit"
    yield Figure(f"{name}, p50", took[len(took) // 2], "ms", note=pace)
    yield Figure(f"{name}, p99", took[int(len(took) * 0.99)], "ms", most=100, note=pace)
    yield Figure("sent to received (201) at that pace, p99", told["p99"] * 1000, "ms")


def _database_now(stage: Stage) -> datetime:
    with stage.as_admin() as conn:
        (now,) = conn.execute("SELECT now()").fetchall()[0]
    return cast("datetime", now)


def _wait_for_quiet(stage: Stage) -> None:
    """Wait until nobody works on the warm-up any more."""
    before, now = -1, _heard_in_all(stage)
    while now != before:
        time.sleep(2.0)
        before, now = now, _heard_in_all(stage)


def _heard_in_all(stage: Stage) -> int:
    count = 0
    for _, _, hearer in HOPS:
        with stage.as_admin(named(hearer)) as conn:
            count += conn.execute("SELECT count(*) FROM inbox").fetchall()[0][0]
    return count


def _took(stage: Stage, since: datetime, hop: tuple[str, str, str]) -> list[float]:
    sayer, kind, hearer = hop
    deadline, count = time.monotonic() + PATIENCE, RATE * SECONDS
    said: dict[UUID, datetime] = {}
    heard: dict[UUID, datetime] = {}
    while len(said.keys() & heard.keys()) < count:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{hearer} heard {len(said.keys() & heard.keys())} of {count}.")
        time.sleep(0.2)
        with stage.as_admin(named(sayer)) as conn:
            said = dict(conn.execute(SAID, (kind, since)).fetchall())
        with stage.as_admin(named(hearer)) as conn:
            heard = dict(conn.execute(HEARD, (since,)).fetchall())
    return [(heard[each] - said[each]).total_seconds() * 1000 for each in said]
