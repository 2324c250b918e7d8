"""After a restore: what the backup had said goes out again, and what came after it is left alone.

The four databases are of one moment again; Kafka is not. Records that are younger than the backup
tell of rows that no database has any more, so every consumer group goes on behind them. Messages
that a reader had not yet taken in at that moment would be skipped with them: therefore each outbox
says its last hours again, under the same ids, and each reader's inbox takes out what it knows.
"""

from collections.abc import Iterable
from datetime import timedelta

import psycopg
from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis.messaging.consumer import kafka_group
from chassis.messaging.kafka_security import KafkaAt
from contracts.topics import CARDS, TopicCard

BACK = """
UPDATE outbox_cursor AS place
   SET epoch = first.epoch, tx = first.tx, seq = first.seq - 1, day = first.created_at, owner = NULL
  FROM (SELECT epoch, tx, seq, created_at FROM outbox
         WHERE created_at >= (SELECT max(created_at) FROM outbox) - %(overlap)s
         ORDER BY epoch, tx, seq LIMIT 1) AS first
 WHERE (place.epoch, place.tx, place.seq) >= (first.epoch, first.tx, first.seq)
"""


def say_again(owner_url: str, overlap: timedelta) -> int:
    """Set an outbox's cursor back by `overlap` from its last row; give how many rows go out again.

    No service may run meanwhile.
    """
    with psycopg.connect(owner_url) as conn:
        conn.execute(BACK, {"overlap": overlap})
        row = conn.execute(
            "SELECT count(*) FROM outbox AS o, outbox_cursor AS c"
            " WHERE (o.epoch, o.tx, o.seq) > (c.epoch, c.tx, c.seq)"
        ).fetchone()
    return int(row[0]) if row else 0


async def skip_what_is_lost(kafka: KafkaAt, cards: Iterable[TopicCard] = CARDS) -> None:
    """Set every consumer group to the present end of every topic that it reads."""
    for card in cards:
        for reader in card.consumers:
            await _to_the_end(kafka, card, kafka_group(reader, card.name))


async def _to_the_end(kafka: KafkaAt, card: TopicCard, group: str) -> None:
    consumer = AIOKafkaConsumer(**kafka.arguments(), group_id=group, enable_auto_commit=False)
    await consumer.start()
    try:
        places = [TopicPartition(card.name, number) for number in range(card.partitions)]
        consumer.assign(places)
        await consumer.commit(await consumer.end_offsets(places))
    finally:
        await consumer.stop()
