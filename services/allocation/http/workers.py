"""Workers: their team, grade, limits, duty weeks and absences, with the load they carry."""

from datetime import date
from typing import Annotated, Self

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from services.allocation.domain.capacity import Load, Practitioner, Span
from services.allocation.http.doors import Body, Code, KeepsWorkers, Reader
from services.allocation.room import TheRoom
from services.allocation.store.workers import list_workers, loads
from services.allocation.use_cases.keep_worker import keep_worker

router = APIRouter(tags=["practitioners"])
Limit = Annotated[int, Field(ge=1, le=500)]
Held = Annotated[int, Field(ge=0, le=500)]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 ]{1,18}[0-9]$")]
StaffIdPath = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:|-]{0,127}$")]


class Days(Body):
    """Days from the first to the last, both included."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    first: Annotated[date, Field(alias="from")]
    last: Annotated[date, Field(alias="to")]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise PydanticCustomError("days_out_of_order", "The last day comes before the first.")
        return self

    def span(self) -> Span:
        """Give them to the domain."""
        return Span(self.first, self.last)


class Worker(Body):
    """A worker. `other_…` is load held outside Kinbridge, counted towards the limits."""

    team: Code
    grade: Code
    families_limit: Limit | None = None
    people_limit: Limit | None = None
    other_families: Held = 0
    other_people: Held = 0
    duty_weeks: Annotated[tuple[Days, ...], Field(max_length=60)] = ()
    away: Annotated[tuple[Days, ...], Field(max_length=60)] = ()
    work_phone: Phone | None = None
    active: bool = True

    def practitioner(self, staff_id: str) -> Practitioner:
        """Give the worker to the domain."""
        told = self.model_dump(exclude={"duty_weeks", "away"})
        return Practitioner(
            staff_id=staff_id,
            **told,
            duty_weeks=tuple(days.span() for days in self.duty_weeks),
            away=tuple(days.span() for days in self.away),
        )


class WorkerShown(Worker):
    """A worker with the load of today."""

    staff_id: str
    families: int
    people: int
    weight: int


@router.put("/practitioners/{staff_id}", summary="Tell of a worker, new or changed")
async def put(room: TheRoom, actor: KeepsWorkers, staff_id: StaffIdPath, body: Worker) -> Worker:
    """Keep a worker; one who is no longer active has every family put before a manager."""
    async with room.engine.begin() as conn:
        await keep_worker(conn, room, actor, body.practitioner(staff_id))
    return body


class WorkersShown(BaseModel):
    """The council's workers."""

    practitioners: list[WorkerShown]


@router.get("/practitioners", summary="The council's workers and what they hold")
async def listed(room: TheRoom, actor: Reader) -> WorkersShown:
    """List workers with families and people held, in Kinbridge and outside it."""
    rules = room.councils[actor.council]
    async with room.engine.connect() as conn:
        workers = await list_workers(conn, actor.council)
        held = await loads(conn, actor.council, rules)
    return WorkersShown(
        practitioners=[_shown(worker, held.get(worker.staff_id, Load())) for worker in workers]
    )


def _shown(worker: Practitioner, load: Load) -> WorkerShown:
    told = {name: getattr(worker, name) for name in Worker.model_fields}
    told["duty_weeks"] = tuple(map(_days, worker.duty_weeks))
    told["away"] = tuple(map(_days, worker.away))
    return WorkerShown(
        **told,
        staff_id=worker.staff_id,
        families=load.families + worker.other_families,
        people=load.people + worker.other_people,
        weight=load.weight,
    )


def _days(span: Span) -> Days:
    return Days(first=span.first, last=span.last)
