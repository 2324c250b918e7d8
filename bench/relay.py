"""The relay in catch-up, beside aiokafka's `send_batch` of the same bytes and headers."""

import asyncio
import tempfile
import time
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from bench.figures import Figure
from chassis.clocks import new_id, wall_now
from chassis.messaging.cursor import BEHIND, OutboxReader, Place
from chassis.messaging.kafka_security import KafkaAt
from chassis.messaging.relay import Relay
from chassis.migrate import migrate
from deploy.local.databases import create_service_database
from deploy.local.kafka import LocalKafka
from deploy.local.postgres import LocalPostgres

EVENTS, KEYS, PARTITIONS, BODY = 120_000, 20_000, 6, 420
TOPIC = "early-help-bench"
FILL = """
INSERT INTO outbox (ce_id, topic, key, type, council, sequence, family, time, traceparent, body)
SELECT gen_random_uuid(), %(topic)s, keys.key::text, 'earlyhelp.referral.received.v1', 'southend',
       1, gen_random_uuid(), now(), '00-' || md5(n::text) || '-' || left(md5(n::text), 16) || '-01',
       convert_to(rpad('{"referral_id":"' || keys.key || '",', %(size)s, 'x'), 'UTF8')
  FROM generate_series(1, %(events)s) AS n
  JOIN (SELECT i, gen_random_uuid() AS key FROM generate_series(0, %(keys)s - 1) AS i) AS keys
    ON keys.i = n %% %(keys)s
"""


async def measure() -> Figure:
    """Fill an outbox, then time `send_batch` and the relay over the same rows."""
    with tempfile.TemporaryDirectory(prefix="kinbridge-bench-") as folder:
        postgres = LocalPostgres(Path(folder) / "postgres")
        kafka = LocalKafka(Path(folder) / "kafka", heap="1g")
        postgres.start()
        kafka.start()
        try:
            made = create_service_database(postgres.url(), "referral")
            migrate("", made.owner_url, made.app_url)
            return await _both(made.app_url, kafka.bootstrap)
        finally:
            kafka.stop()
            postgres.remove()


async def _both(url: str, bootstrap: str) -> Figure:
    for topic in (TOPIC, f"{TOPIC}-limit"):
        await _topic(bootstrap, topic)
    values = {"topic": TOPIC, "size": BODY, "events": EVENTS, "keys": KEYS}
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as conn:
        await conn.execute(FILL, values)
    async with OutboxReader(url, 0, new_id()) as outbox:
        rows = await outbox.read(Place(0, 0, 0, wall_now()), EVENTS)
    relay = Relay(url, KafkaAt(bootstrap), "/kinbridge/bench")
    limit = EVENTS / await _limit(bootstrap, [relay.record_of(row) for row in rows])
    return Figure(
        "relay in catch-up",
        EVENTS / await _relayed(relay, url),
        "events/s",
        limit,
        "send_batch",
        least=0.5,
    )


async def _topic(bootstrap: str, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(topic, PARTITIONS, 1)])
    await admin.close()


async def _limit(bootstrap: str, records: list[dict[str, Any]]) -> float:
    """Send the records by `send_batch`, one batch in flight per partition; give the seconds."""
    lanes: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for record in records:
        lanes[hash(record["key"]) % PARTITIONS].append(record)
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, acks="all", linger_ms=5, max_batch_size=256 * 1024
    )
    await producer.start()

    async def lane(partition: int, mine: list[dict[str, Any]]) -> None:
        batch = producer.create_batch()
        for record in mine:
            if batch.append(**record) is None:
                batch.close()
                await (await producer.send_batch(batch, f"{TOPIC}-limit", partition=partition))
                batch = producer.create_batch()
                batch.append(**record)
        batch.close()
        await (await producer.send_batch(batch, f"{TOPIC}-limit", partition=partition))

    began = time.perf_counter()
    await asyncio.gather(*(lane(*each) for each in lanes.items()))
    spent = time.perf_counter() - began
    await producer.stop()
    return spent


async def _relayed(relay: Relay, url: str) -> float:
    """Run the relay until nothing waits; give the seconds."""
    began = time.perf_counter()
    task = asyncio.create_task(relay.run(), name=f"relay-{new_id()}")
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as conn:
        while True:
            row = await (await conn.execute(BEHIND)).fetchone()
            if row and row[0] == 0:
                break
            await asyncio.sleep(0.1)
    spent = time.perf_counter() - began
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    return spent
