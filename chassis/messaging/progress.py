"""Progress: how far each partition got, what waits in it, and whether it silently stopped."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition

ANSWER_WITHIN = 10.0
"""Seconds that Kafka may take to tell an offset."""


class Progress:
    """Tells a consumer that has stopped by itself from one that is idle, or held up.

    A partition stalls when records wait in it and none of them was worked for `stalled_after`
    seconds, while nothing is known to be in the way. Kafka being away is not a stall: then
    nobody can tell what waits.
    """

    def __init__(self, stalled_after: float, now: Callable[[], float] = time.monotonic) -> None:
        self._stalled_after = stalled_after
        self._now = now
        self._reached: dict[TopicPartition, int] = {}
        self._waiting_since: dict[TopicPartition, float] = {}

    def reach(self, partition: TopicPartition, offset: int) -> None:
        """Note that everything below `offset` has been worked."""
        self._reached[partition] = offset
        self._waiting_since.pop(partition, None)

    def held_up(self) -> None:
        """Note that a known trouble is in the way: waiting is right, for all partitions."""
        self._waiting_since.clear()

    def forget(self, partitions: Iterable[TopicPartition]) -> None:
        """Forget partitions that come or go."""
        for partition in partitions:
            self._reached.pop(partition, None)
            self._waiting_since.pop(partition, None)

    def stalled(self, lags: Mapping[TopicPartition, int]) -> list[TopicPartition]:
        """Look at what waits in each partition now, and name those that have stalled."""
        now = self._now()
        self._waiting_since = {
            partition: self._waiting_since.get(partition, now)
            for partition, lag in lags.items()
            if lag > 0
        }
        return [
            partition
            for partition, since in self._waiting_since.items()
            if now - since > self._stalled_after
        ]

    async def lags(self, consumers: Iterable[AIOKafkaConsumer]) -> dict[TopicPartition, int]:
        """Ask Kafka how many records wait in each partition that these consumers hold.

        Raises:
            TimeoutError: It does not answer; aiokafka's own errors escape as well.
        """
        lags: dict[TopicPartition, int] = {}
        for consumer in consumers:
            if partitions := consumer.assignment():
                async with asyncio.timeout(ANSWER_WITHIN):
                    ends = await consumer.end_offsets(partitions)
                    for partition, end in ends.items():
                        lags[partition] = max(0, end - await self._begin(consumer, partition))
        return lags

    async def _begin(self, consumer: AIOKafkaConsumer, partition: TopicPartition) -> int:
        if (reached := self._reached.get(partition)) is not None:
            return reached
        if (committed := await consumer.committed(partition)) is not None:
            return int(committed)
        return int((await consumer.beginning_offsets([partition]))[partition])


class Assignments(ConsumerRebalanceListener):  # type: ignore[misc] # aiokafka has no types
    """Hears which partitions of one topic come and go."""

    def __init__(self, progress: Progress, told: Callable[[], None]) -> None:
        self._progress = progress
        self._told = told

    def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """Hear that partitions go."""
        self._progress.forget(revoked)

    def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Hear that partitions come; none, where there are more replicas than partitions."""
        self._progress.forget(assigned)
        self._told()
