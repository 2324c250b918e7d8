"""Two clocks: wall time for tokens, ids and retries; field time for due dates alone."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Make a UUIDv7: ids made later sort later, so indexes stay dense."""
    return uuid7()


def wall_now() -> datetime:
    """Tell the real time, in UTC."""
    return datetime.now(UTC)


class FieldClock:
    """The time that due dates are reckoned in.

    It is wall time, unless `path` names a file holding `{"offset_seconds": n}`. The file is
    replaced atomically and read by every process, so that a development day can jump ten days
    ahead everywhere at once. Production settings refuse a path.
    """

    def __init__(self, path: Path | None = None) -> None:
        """Follow the offset in `path`, or wall time when there is none."""
        self._path = path
        self._seen: tuple[int, int] = (0, 0)
        self._offset = timedelta()

    def now(self) -> datetime:
        """Tell the field's time, in UTC."""
        return wall_now() + self.offset()

    def offset(self) -> timedelta:
        """Tell how far field time is ahead of wall time."""
        if self._path is None:
            return timedelta()
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            return timedelta()
        if (stamp := (stat.st_mtime_ns, stat.st_ino)) != self._seen:
            seconds = json.loads(self._path.read_text())["offset_seconds"]
            self._offset, self._seen = timedelta(seconds=float(seconds)), stamp
        return self._offset

    def move_to(self, moment: datetime) -> None:
        """Let every process that follows the file read `moment` as now."""
        if self._path is None:
            message = "This clock follows wall time and cannot be moved."
            raise ValueError(message)
        offset = (moment - wall_now()).total_seconds()
        beside = self._path.with_suffix(f".{os.getpid()}.new")
        beside.write_text(json.dumps({"offset_seconds": offset}))
        beside.replace(self._path)
