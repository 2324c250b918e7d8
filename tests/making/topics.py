"""A topic of a test's own on the shared broker, and everything that was ever written to it."""

from collections.abc import Sequence
from uuid import uuid4

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.structs import ConsumerRecord


async def a_topic(servers: str, partitions: int = 3) -> str:
    """Make a topic and give its name."""
    name = f"early-help-test-{uuid4().hex[:10]}"
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, partitions, 1)])
    finally:
        await admin.close()
    return name


async def all_records(servers: str, topic: str) -> Sequence[ConsumerRecord]:
    """Read a topic from its beginning to its present end, partition after partition."""
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=servers, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await consumer.start()
    records: list[ConsumerRecord] = []
    try:
        for partition, end in (await consumer.end_offsets(consumer.assignment())).items():
            while await consumer.position(partition) < end:
                fetched = await consumer.getmany(partition, timeout_ms=500)
                records.extend(fetched.get(partition, []))
    finally:
        await consumer.stop()
    return sorted(records, key=lambda r: (r.partition, r.offset))
