"""The movable field clock: ten days pass in one request, on due dates alone."""

from datetime import datetime, timedelta
from typing import Annotated, Self

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from chassis.clocks import FieldClock, wall_now

TEN_YEARS = timedelta(days=3_653)


class Move(BaseModel):
    """Either a moment to be at, or a time to go forward by (ISO 8601, `P10D`)."""

    model_config = ConfigDict(extra="forbid")

    to: AwareDatetime | None = None
    forward: Annotated[timedelta | None, Field(ge=-TEN_YEARS, le=TEN_YEARS)] = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.to is None) == (self.forward is None):
            message = "say either `to` or `forward`"
            raise ValueError(message)
        return self


class Reading(BaseModel):
    """What both clocks say."""

    wall: AwareDatetime
    field: AwareDatetime
    offset_seconds: float


def clock_router(clock: FieldClock) -> APIRouter:
    """Serve the field clock under /clock."""
    router = APIRouter(prefix="/clock", tags=["field clock"])

    def reading() -> Reading:
        wall, offset = wall_now(), clock.offset()
        return Reading(wall=wall, field=wall + offset, offset_seconds=offset.total_seconds())

    @router.get("")
    async def read() -> Reading:
        """Read both clocks."""
        return reading()

    @router.post("")
    async def move(asked: Move) -> Reading:
        """Move the field clock for every process that follows its file."""
        clock.move_to(_goal(asked, clock))
        return reading()

    return router


def _goal(asked: Move, clock: FieldClock) -> datetime:
    return asked.to if asked.to is not None else clock.now() + (asked.forward or timedelta())
