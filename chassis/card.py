"""A service's card: what it decides and owns, what it says and hears. Tests hold it to the code."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    """What a newcomer reads first about a service.

    `name` is its package's and database's; `publishes` its message types; `listens` the topics
    it subscribes to; `personal` the tables that hold personal data.
    """

    name: str
    decides: str
    owns: str
    publishes: tuple[str, ...]
    listens: tuple[str, ...]
    personal: tuple[str, ...]

    @property
    def source(self) -> str:
        """Give the CloudEvents source of its messages."""
        return f"/kinbridge/{self.name}"
