"""Asking a broker whether it is ready: its port opens seconds before it can take a topic."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, for_code

from chassis.messaging.kafka_security import KafkaAt


async def can_take_a_topic(kafka: KafkaAt) -> bool:
    """Whether the cluster describes itself and would take a topic; makes none."""
    admin = AIOKafkaAdminClient(**kafka.arguments(), request_timeout_ms=3000)
    try:
        await admin.start()
        await admin.describe_cluster()
        answer = await admin.create_topics(
            [NewTopic("kinbridge-ready", num_partitions=1, replication_factor=1)],
            validate_only=True,
        )
        return all(for_code(error[1]).errno == 0 for error in answer.topic_errors)
    except (KafkaError, OSError, TimeoutError):
        return False
    finally:
        await admin.close()


def wait_until_ready(kafka: KafkaAt, *, within: float, alive: Callable[[], bool]) -> bool:
    """Ask until it is ready, its process has ended (`alive`), or `within` seconds are over."""

    async def asking() -> bool:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while alive() and loop.time() < deadline:
            if await can_take_a_topic(kafka):
                return True
            await asyncio.sleep(0.1)
        return False

    library = logging.getLogger("aiokafka")
    before = library.level
    library.setLevel(logging.CRITICAL)  # it complains of every refused connection
    try:
        with ThreadPoolExecutor(1) as elsewhere:  # the caller may own this thread's event loop
            return elsewhere.submit(asyncio.run, asking()).result()
    finally:
        library.setLevel(before)
