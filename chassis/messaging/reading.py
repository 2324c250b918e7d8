"""How to read from Kafka: where it is, how much to take at once, how long to wait for what."""

from dataclasses import dataclass
from typing import Protocol


class WhereToRead(Protocol):
    """What the consumer asks of the settings; `ServiceSettings` has it."""

    @property
    def kafka_bootstrap_servers(self) -> str:
        """Kafka's addresses."""

    @property
    def kafka_session_timeout_ms(self) -> int:
        """How long a silent member keeps its partitions."""

    @property
    def kafka_group_instance_id(self) -> str | None:
        """The name of a static member, where replicas keep theirs."""


@dataclass(frozen=True)
class Pace:
    """How much to read at once, and how long, in seconds, to wait for what."""

    max_records: int = 500
    batch_timeout_ms: int = 10
    wait_ms: int = 1_000
    start_within: float = 60.0
    stop_within: float = 6.0
    look_every: float = 5.0
    stalled_after: float = 120.0
