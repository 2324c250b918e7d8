"""A council's social care system as it takes transfers in: one receipt per pack, whatever comes."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import JsonValue

from chassis.clocks import wall_now
from deploy.simulators.care import Transfer
from deploy.simulators.configuration import CareSystem
from deploy.simulators.journal import Journal, JournalFullError, Line

RECEIPT_FORM: dict[CareSystem, str] = {"liquidlogic": "LCS-{:08d}", "mosaic": "MOS/F/{:07d}"}


class OtherContentError(Exception):
    """This pack and version, or this Idempotency-Key, came before with other content."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A pack that is in the system."""

    receipt: str
    sha256: str


class CareSystemStore:
    """Every pack once, under its id and version; every arrival in the journal."""

    def __init__(self, system: CareSystem, journal: Journal, *, most_packs: int) -> None:
        """Read back what came before the last restart."""
        self._form = RECEIPT_FORM[system]
        self._journal = journal
        self._most_packs = most_packs
        self._taken: dict[str, Taken] = {}
        self._keys: dict[str, str] = {}
        for line in self._first_arrivals():
            taken = Taken(str(line["received"]), str(line["sha256"]))
            self._remember(str(line["pack"]), taken, str(line["idempotency_key"]))

    def take_in(self, transfer: Transfer, body: JsonValue, raw: bytes, key: str) -> tuple[str, int]:
        """Take a pack in and tell its receipt and the status: 201 the first time, then 200.

        Raises:
            OtherContentError: if its id and version, or the key, were used for something else.
            JournalFullError: if nothing more can be kept.
        """
        pack = f"{transfer.pack_id}/{transfer.version}"
        key = key or pack
        if self._keys.get(key, pack) != pack:
            raise OtherContentError
        if (known := self._taken.get(pack)) is not None:
            return self._take_again(pack, known, transfer, key)
        if len(self._taken) >= self._most_packs:
            raise JournalFullError(pack)
        taken = Taken(self._form.format(len(self._taken) + 1), transfer.sha256)
        hashed = hashlib.sha256(raw).hexdigest()
        line = _arrival(pack, taken, key, 201)
        self._journal.append(
            line | {"urgent": transfer.urgent, "body_sha256": hashed, "pack_body": body}
        )
        self._remember(pack, taken, key)
        return taken.receipt, 201

    def received(self, after: int, limit: int) -> tuple[list[Line], int]:
        """Read arrivals, oldest first, from a place in the journal."""
        return self._journal.page(after, limit)

    def _take_again(self, pack: str, known: Taken, transfer: Transfer, key: str) -> tuple[str, int]:
        if known.sha256 != transfer.sha256:
            raise OtherContentError
        self._journal.append(_arrival(pack, known, key, 200))
        self._keys[key] = pack
        return known.receipt, 200

    def _remember(self, pack: str, taken: Taken, key: str) -> None:
        self._taken[pack] = taken
        self._keys[key] = pack

    def _first_arrivals(self) -> Iterator[Line]:
        return (line for _, line in self._journal.lines() if line["answered"] == 201)


def _arrival(pack: str, taken: Taken, key: str, answered: int) -> Line:
    pack_id, _, version = pack.partition("/")
    return {
        "pack": pack,
        "pack_id": pack_id,
        "version": int(version),
        "sha256": taken.sha256,
        "received": taken.receipt,
        "idempotency_key": key,
        "answered": answered,
        "at": wall_now().isoformat(),
    }
