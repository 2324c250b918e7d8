"""The mode a stand-in is in: well, away, slow or refusing, for ever or for some requests."""

from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

ModeT = TypeVar("ModeT", bound=str)


class ModeChange(BaseModel, Generic[ModeT]):
    """What an operator of the simulators asks for: a mode, and for how many requests."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    mode: ModeT
    requests: Annotated[int | None, Field(alias="for", ge=1, le=1_000_000)] = None


class Switch(Generic[ModeT]):
    """Holds the mode in memory: after a restart every stand-in is well again."""

    def __init__(self, well: ModeT) -> None:
        """Begin in the mode `well`."""
        self._well = well
        self._mode = well
        self._left: int | None = None

    def turn(self, change: ModeChange[ModeT]) -> ModeChange[ModeT]:
        """Change the mode, for ever or for the next `change.requests` requests."""
        self._mode, self._left = change.mode, change.requests
        return self.shown()

    def shown(self) -> ModeChange[ModeT]:
        """Tell the mode without using up a request."""
        return ModeChange[ModeT](mode=self._mode, requests=self._left)

    def use(self) -> ModeT:
        """Tell the mode for one request, and count that request."""
        mode = self._mode
        if self._left is not None:
            self._left -= 1
            if self._left == 0:
                self._mode, self._left = self._well, None
        return mode
