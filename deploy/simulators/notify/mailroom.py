"""Where accepted messages wait: created, sending, settled, told; and the letters that come back.

Each notification walks through its steps at due times of the wall clock. Every step is a line in
the journal, so a restart goes on where it stopped.
"""

import asyncio
import heapq
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from chassis.clocks import wall_now
from deploy.simulators.configuration import NotifyPart
from deploy.simulators.journal import Journal, JournalFullError, Line
from deploy.simulators.notify.receipts import Receipts, delivery_receipt, returned_letter
from deploy.simulators.notify.recipients import Outcome

log = logging.getLogger("deploy.simulators")
AT_ONCE = 20
Step = Literal["send", "settle", "tell", "return"]


class Accepted(BaseModel):
    """A notification as it was accepted: whose it is, what becomes of it, what the API shows."""

    service: str
    fate: Outcome
    notification: dict[str, Any]


class Taken(BaseModel):
    """A step that was taken, and the one that comes after it."""

    id: str
    status: str
    next: Step | None
    at: str


@dataclass(frozen=True)
class Limits:
    """How much is kept at most."""

    notifications: int
    bytes: int


@dataclass(slots=True)
class Parcel:
    """One notification in hand: where its text lies in the journal, and how far it has come."""

    place: int
    service: str
    reference: str | None
    kind: str
    outcome: str
    returned: bool
    status: str = "created"
    sent_at: str | None = None
    completed_at: str | None = None
    attempts: int = 0
    next: Step | None = "send"


class Mailroom:
    """Every notification that was accepted, and the steps that are due."""

    def __init__(self, part: NotifyPart, folder: Path, receipts: Receipts, limits: Limits) -> None:
        """Read back what was accepted before the last restart."""
        self._part, self._receipts, self._most = part, receipts, limits.notifications
        self._accepted = Journal(folder / "accepted.jsonl", most_bytes=limits.bytes)
        self._steps = Journal(folder / "steps.jsonl", most_bytes=limits.notifications * 4_096)
        self._parcels: dict[str, Parcel] = {}
        self._due: list[tuple[datetime, str]] = []
        self._busy = 0
        self._woken = asyncio.Event()
        self._read_back()

    def accept(self, accepted: Accepted) -> None:
        """Keep a new notification and let it take its way.

        Raises:
            JournalFullError: if nothing more can be kept.
        """
        if len(self._parcels) >= self._most:
            raise JournalFullError("notifications")
        place = self._accepted.append(accepted.model_dump(mode="json"))
        notification_id = self._take_up(place, accepted)
        self._plan(notification_id, self._part.sending_after_seconds)

    def owner(self, notification_id: str) -> str | None:
        """Tell which service sent a notification, or None where there is none."""
        parcel = self._parcels.get(notification_id)
        return parcel.service if parcel else None

    def seen(self, notification_id: str) -> dict[str, Any]:
        """Tell a notification that was accepted, as it is now."""
        parcel = self._parcels[notification_id]
        accepted = Accepted.model_validate(self._accepted.at(parcel.place))
        now = {"status": parcel.status, "sent_at": parcel.sent_at}
        return accepted.notification | now | {"completed_at": parcel.completed_at}

    def received(self, after: int, limit: int) -> tuple[list[Line], int]:
        """Read what was accepted, oldest first, from a place in the journal."""
        return self._accepted.page(after, limit)

    def ids(self, service: str, reference: str | None, kind: str | None) -> Iterator[str]:
        """Tell the ids of a service's notifications, newest first."""
        for notification_id, parcel in reversed(self._parcels.items()):
            right = parcel.service == service and kind in (None, parcel.kind)
            if right and reference in (None, parcel.reference):
                yield notification_id

    def waiting(self) -> int:
        """Count the notifications that have a step before them."""
        return len(self._due) + self._busy

    async def step(self, now: datetime) -> None:
        """Take every step that is due at `now`."""
        while ready := self._ready(now):
            self._busy = len(ready)
            try:
                steps = (self._take_step(one) for one in ready)
                for failed in filter(None, await asyncio.gather(*steps, return_exceptions=True)):
                    log.error("a notification stopped here", exc_info=failed)
            finally:
                self._busy = 0

    async def run(self) -> None:
        """Take steps as they fall due, until cancelled."""
        while True:
            self._woken.clear()
            await self.step(wall_now())
            rest = (self._due[0][0] - wall_now()).total_seconds() if self._due else None
            try:
                await asyncio.wait_for(self._woken.wait(), rest)
            except TimeoutError:
                continue

    def _ready(self, now: datetime) -> list[str]:
        ready: list[str] = []
        while self._due and self._due[0][0] <= now and len(ready) < AT_ONCE:
            ready.append(heapq.heappop(self._due)[1])
        return ready

    async def _take_step(self, notification_id: str) -> None:
        parcel = self._parcels[notification_id]
        match parcel.next:
            case "send":
                status = "accepted" if parcel.kind == "letter" else "sending"
                self._mark(notification_id, status, "settle")
                self._plan(notification_id, self._part.settled_after_seconds)
            case "settle":
                self._mark(notification_id, parcel.outcome, self._after_settled(parcel))
                if parcel.next is not None:
                    self._plan(notification_id, self._pause(parcel))
            case "tell" | "return":
                await self._call_back(notification_id, parcel)
            case None:
                pass

    async def _call_back(self, notification_id: str, parcel: Parcel) -> None:
        seen = self.seen(notification_id)
        if parcel.next == "tell":
            url, body = self._receipts.delivery_url, delivery_receipt(seen)
        else:
            url, body = self._receipts.returned_url, returned_letter(seen)
        taken = await self._receipts.post(url or "", body)
        retries = self._part.receipts_retry_seconds
        if not taken and parcel.attempts < len(retries):
            parcel.attempts += 1
            self._plan(notification_id, retries[parcel.attempts - 1])
            return
        parcel.attempts = 0
        comes_back = parcel.next == "tell" and parcel.returned and self._receipts.returned_url
        self._mark(notification_id, parcel.status, "return" if comes_back else None)
        if comes_back:
            self._plan(notification_id, self._part.returned_after_seconds)

    def _after_settled(self, parcel: Parcel) -> Step | None:
        told = parcel.kind != "letter" or self._part.letter_receipts
        if told and self._receipts.delivery_url:
            return "tell"
        return "return" if parcel.returned and self._receipts.returned_url else None

    def _pause(self, parcel: Parcel) -> float:
        return self._part.returned_after_seconds if parcel.next == "return" else 0

    def _mark(self, notification_id: str, status: str, then: Step | None) -> None:
        taken = Taken(id=notification_id, status=status, next=then, at=_stamp(wall_now()))
        self._steps.append(taken.model_dump())
        self._apply(taken)

    def _apply(self, taken: Taken) -> None:
        parcel = self._parcels[taken.id]
        parcel.next = taken.next
        if parcel.status == taken.status:
            return
        parcel.status = taken.status
        if parcel.sent_at is None:
            parcel.sent_at = taken.at
        if parcel.status == parcel.outcome:
            parcel.completed_at = taken.at

    def _take_up(self, place: int, accepted: Accepted) -> str:
        shown, fate = accepted.notification, accepted.fate
        parcel = Parcel(
            place, accepted.service, shown["reference"], shown["type"], fate.status, fate.returned
        )
        self._parcels[shown["id"]] = parcel
        return str(shown["id"])

    def _read_back(self) -> None:
        place = 0
        for behind, line in self._accepted.lines():
            self._take_up(place, Accepted.model_validate(line))
            place = behind
        for _, line in self._steps.lines():
            self._apply(Taken.model_validate(line))
        for notification_id, parcel in self._parcels.items():
            if parcel.next is not None:
                self._plan(notification_id, 0)

    def _plan(self, notification_id: str, seconds: float) -> None:
        heapq.heappush(self._due, (wall_now() + timedelta(seconds=seconds), notification_id))
        self._woken.set()


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
