"""How many records wait for any reader, asked of Kafka itself.

A service tells of the partitions that it holds. While a second process leaves, nobody holds its
partitions for some seconds, and every service is quiet though messages wait.
"""

from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from contracts.topics import CARDS


class GroupLag:
    """Asks Kafka how far every consumer group of the hub has come."""

    def __init__(self, bootstrap: str) -> None:
        self._admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
        self._reader = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=None)

    async def __aenter__(self) -> Self:
        await self._admin.start()
        await self._reader.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._reader.stop()
        await self._admin.close()

    async def waiting(self) -> dict[str, int]:
        """Count what waits, by group; groups for which nothing waits are left out."""
        found: dict[str, int] = {}
        for card in CARDS:
            places = [TopicPartition(card.name, number) for number in range(card.partitions)]
            ends = await self._reader.end_offsets(places)
            for service in card.consumers:
                group = f"{service}.{card.name}"
                read = await self._admin.list_consumer_group_offsets(group, partitions=places)
                lag = sum(ends[each] - max(0, read[each].offset) for each in places)
                if lag:
                    found[group] = lag
        return found
