"""Lag: how many records wait in the partitions that this process holds."""

import asyncio
from collections.abc import Iterable

from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis.messaging.kafka_security import KafkaAt
from chassis.messaging.progress import Progress

ANSWER_WITHIN = 10.0
"""Seconds that Kafka may take to tell the offsets."""


class LagMeter:
    """Asks Kafka where partitions end, over a client of its own.

    A reading client's questions stand in line behind its long fetch, half a second each; and one
    that has gone deaf would not be found out by asking itself.
    """

    def __init__(self, kafka: KafkaAt, progress: Progress) -> None:
        self._kafka = kafka
        self._progress = progress
        self._asker: AIOKafkaConsumer | None = None
        self._alone = asyncio.Lock()

    async def lags(self, consumers: Iterable[AIOKafkaConsumer]) -> dict[TopicPartition, int]:
        """Count what waits in each partition that these consumers hold.

        Raises:
            TimeoutError: Kafka does not answer; aiokafka's own errors escape as well.
        """
        try:
            async with asyncio.timeout(ANSWER_WITHIN), self._alone:
                return await self._count(consumers)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Close the client; the next question opens another."""
        asker, self._asker = self._asker, None
        if asker is not None:
            await asker.stop()

    async def _count(self, consumers: Iterable[AIOKafkaConsumer]) -> dict[TopicPartition, int]:
        lags: dict[TopicPartition, int] = {}
        for consumer in consumers:
            if partitions := list(consumer.assignment()):
                asker = await self._open()
                ends = await asker.end_offsets(partitions)
                begins = await self._begins(consumer, asker, partitions)
                lags |= {each: max(0, ends[each] - begins[each]) for each in partitions}
        return lags

    async def _begins(
        self,
        consumer: AIOKafkaConsumer,
        asker: AIOKafkaConsumer,
        partitions: list[TopicPartition],
    ) -> dict[TopicPartition, int]:
        """Find where reading goes on: worked here, committed by another before, or the start."""
        begins: dict[TopicPartition, int] = {}
        for each in partitions:
            reached = self._progress.reached(each)
            begun = await consumer.committed(each) if reached is None else reached
            if begun is not None:
                begins[each] = begun
        if untouched := [each for each in partitions if each not in begins]:
            begins |= await asker.beginning_offsets(untouched)
        return begins

    async def _open(self) -> AIOKafkaConsumer:
        if self._asker is None:
            self._asker = AIOKafkaConsumer(
                **self._kafka.arguments(), group_id=None, enable_auto_commit=False
            )
            await self._asker.start()
        return self._asker
