"""Forgets what no longer protects anybody: ids seen and requests answered long ago."""

import asyncio
from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.clocks import wall_now
from chassis.messaging.inbox import forget_seen
from chassis.web.idempotency import forget_before

log = structlog.get_logger()
SEEN_FOR = timedelta(days=60)
"""Longer than any topic keeps a message, so that nothing seen can come again unseen."""
ANSWERED_FOR = timedelta(days=365)
"""How long a repeat still gets its first answer by its Idempotency-Key."""
EVERY = timedelta(hours=1)
AT_ONCE = 10_000


async def keep_house(engine: AsyncEngine) -> None:
    """Forget once an hour, until cancelled."""
    while True:
        await forget_once(engine)
        await asyncio.sleep(EVERY.total_seconds())


async def forget_once(engine: AsyncEngine) -> int:
    """Forget everything that is old enough, in short transactions; give how many rows went."""
    gone = AT_ONCE
    total = 0
    while gone == AT_ONCE:
        async with engine.begin() as conn:
            gone = await forget_seen(conn, SEEN_FOR, AT_ONCE)
            total += gone
    async with engine.begin() as conn:
        total += await forget_before(conn, wall_now() - ANSWERED_FOR)
    if total:
        log.info("forgotten", count=total)
    return total
