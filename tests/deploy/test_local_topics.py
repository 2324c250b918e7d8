"""Topics are made as their cards say, and making them again is no error."""

import dataclasses

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from chassis.clocks import new_id
from chassis.messaging.kafka_security import KafkaAt
from contracts.topics import CARDS
from deploy.local.topics import create_topics

pytestmark = pytest.mark.kafka


async def test_topics_have_the_partitions_of_their_cards(kafka_servers: str) -> None:
    ours = [dataclasses.replace(card, name=f"{card.name}-{new_id()}") for card in CARDS]
    await create_topics(KafkaAt(kafka_servers), ours)
    await create_topics(KafkaAt(kafka_servers), ours)
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_servers)
    await admin.start()
    try:
        told = await admin.describe_topics([card.name for card in ours])
    finally:
        await admin.close()
    partitions = {one["topic"]: len(one["partitions"]) for one in told}
    assert partitions == {card.name: card.partitions for card in ours}
