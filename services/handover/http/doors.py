"""Who may come in to handovers, and the kinds of value that both sides send."""

from typing import Annotated

from fastapi import Depends
from pydantic import BaseModel, ConfigDict, StringConstraints

from chassis.web.identity import Actor, staff
from contracts.roles import Role
from services.handover.domain.statuses import BOTH_WORKERS, MANAGERS

Reader = Annotated[Actor, Depends(staff(*BOTH_WORKERS, Role.RECORDS_OFFICER))]
Manager = Annotated[Actor, Depends(staff(*MANAGERS))]
Receiver = Annotated[Actor, Depends(staff(Role.CARE_RECEIVER))]
EitherWorker = Annotated[Actor, Depends(staff(*BOTH_WORKERS))]

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000)]
PersonName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]
PersonCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]


class Body(BaseModel):
    """What is sent to a handover: closed to fields nobody reads, and silent about values."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
