"""Progress: how far each partition got, and whether one has silently stopped moving."""

import time
from collections.abc import Callable, Iterable, Mapping

from aiokafka import ConsumerRebalanceListener, TopicPartition


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

    def reached(self, partition: TopicPartition) -> int | None:
        """Tell up to where a partition was worked; None where nothing of it was yet."""
        return self._reached.get(partition)

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
