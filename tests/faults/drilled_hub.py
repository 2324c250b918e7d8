"""The hub as a drill reaches it: its users ask again, and its parts may rightly be away."""

from dataclasses import dataclass, field
from typing import Any

from deploy.day.patience import PatientHub
from tests.faults.groups import GroupLag


@dataclass
class DrilledHub(PatientHub):
    """A hub that waits for the quiet of those parts that a drill leaves it.

    `let_wait` names what does not count as unrest for now, as (room, what). `groups` is asked
    where several processes share a service's partitions.
    """

    let_wait: set[tuple[str, str]] = field(default_factory=set)
    groups: GroupLag | None = None

    def room_opens(self, name: str, url: str) -> None:
        """Wait for the quiet of one more process."""
        self.services = {**self.services, name: url}

    def room_closes(self, name: str) -> None:
        """Wait for it no more."""
        self.services = {each: url for each, url in self.services.items() if each != name}

    async def _waiting(self) -> dict[str, Any]:
        waiting = await super()._waiting()
        for room, what in self.let_wait:
            if isinstance(waiting.get(room), dict):
                waiting[room].pop(what, None)
        waiting = {room: what for room, what in waiting.items() if what}
        if not waiting and self.groups:
            return await self.groups.waiting()
        return waiting
