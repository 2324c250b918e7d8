"""Who may come in by which door of the front desk."""

from typing import Annotated

from fastapi import Depends

from chassis.web.identity import Actor, agency, either, staff
from contracts.roles import AgencyScope, Role

DESK = (Role.DUTY_WORKER, Role.DUTY_MANAGER)
WORKERS = (*DESK, Role.PRACTITIONER, Role.TEAM_MANAGER)

Submitting = Annotated[
    Actor,
    Depends(
        either(
            agency(AgencyScope.SUBMIT_REFERRALS),
            staff(Role.DUTY_WORKER, Role.DUTY_MANAGER, Role.PRACTITIONER),
        )
    ),
]
Reading = Annotated[Actor, Depends(either(agency(AgencyScope.READ_REFERRALS), staff(*WORKERS)))]
Adding = Annotated[Actor, Depends(either(agency(AgencyScope.ADD_INFORMATION), staff(*WORKERS)))]
Desk = Annotated[Actor, Depends(staff(*DESK))]
Manager = Annotated[Actor, Depends(staff(Role.DUTY_MANAGER))]
EitherManager = Annotated[Actor, Depends(staff(Role.DUTY_MANAGER, Role.TEAM_MANAGER))]
Worker = Annotated[Actor, Depends(staff(*WORKERS))]
Admin = Annotated[Actor, Depends(staff(Role.SYSTEM_ADMIN))]
