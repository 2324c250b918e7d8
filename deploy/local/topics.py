"""The topics, made as their cards say; brokers here make none by themselves."""

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from chassis.messaging.kafka_security import KafkaAt
from contracts.topics import CARDS, TopicCard

DAY_MS = 86_400_000


async def create_topics(
    kafka: KafkaAt, cards: Iterable[TopicCard] = CARDS, *, replication: int = 1
) -> None:
    """Make every topic that is missing.

    Raises:
        KafkaError: The broker refused one for another reason than that it exists.
    """
    admin = AIOKafkaAdminClient(**kafka.arguments())
    await admin.start()
    try:
        answer = await admin.create_topics([_wanted(card, replication) for card in cards])
    finally:
        await admin.close()
    for _, code, *_ in answer.topic_errors:
        if code not in (0, TopicAlreadyExistsError.errno):
            raise for_code(code)


def create_topics_now(kafka: KafkaAt) -> None:
    """Make the topics from where there is no event loop, or somebody else's."""
    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(asyncio.run, create_topics(kafka)).result()


def _wanted(card: TopicCard, replication: int) -> NewTopic:
    return NewTopic(
        card.name,
        num_partitions=card.partitions,
        replication_factor=replication,
        topic_configs={
            "retention.ms": str(card.retention_days * DAY_MS),
            "cleanup.policy": "delete",
            "message.timestamp.type": "CreateTime",
        },
    )
