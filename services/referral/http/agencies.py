"""The registry of agencies: who may refer, and the secrets their software uses."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from chassis.clocks import new_id
from contracts.codes import SourceCode
from contracts.roles import AgencyScope
from services.referral.domain.agency import Agency
from services.referral.http.doors import Admin
from services.referral.intake.kinds import Email, Line, Phone
from services.referral.room import TheRoom
from services.referral.store.agencies import list_agencies
from services.referral.store.scope import Reader
from services.referral.use_cases.register_agency import (
    change_access,
    new_secret,
    register_agency,
    renew_secret,
)

router = APIRouter(prefix="/agencies", tags=["agencies"])


class NewAgency(BaseModel):
    """An agency to register."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: Line
    source_code: SourceCode
    inbox_email: Email
    phone: Phone
    scopes: Annotated[tuple[AgencyScope, ...], Field(min_length=1)] = tuple(AgencyScope)


class AgencyShown(BaseModel):
    """An agency as the registry shows it."""

    agency_id: UUID
    client_id: str
    name: str
    source_code: str
    inbox_email: str
    phone: str
    scopes: tuple[str, ...]
    active: bool

    @classmethod
    def of(cls, agency: Agency, **more: str) -> "AgencyShown":
        """Show an agency."""
        names = ("name", "inbox_email", "phone", "scopes", "active")
        plain = {name: getattr(agency, name) for name in names}
        codes = {"agency_id": agency.id, "source_code": agency.source_code.value}
        return cls(client_id=agency.client_id, **plain, **codes, **more)


class AgencyWithSecret(AgencyShown):
    """An agency and its new secret, which is shown this once."""

    client_secret: str


@router.post("", status_code=201, summary="Register an agency; its secret is shown this once")
async def register(room: TheRoom, actor: Admin, new: NewAgency) -> AgencyWithSecret:
    """Register an agency with its shared inbox and its first secret."""
    council = room.rules(actor.council).code
    agency = Agency(
        council=council,
        id=new_id(),
        name=new.name,
        source_code=new.source_code,
        inbox_email=new.inbox_email,
        phone=new.phone,
        scopes=tuple(new.scopes),
        active=True,
    )
    secret = new_secret()
    hashed = await room.tokens.hash(secret)
    async with room.engine.begin() as conn:
        await register_agency(conn, actor, agency, hashed)
    shown = AgencyShown.of(agency)
    return AgencyWithSecret(**shown.model_dump(), client_secret=secret)


@router.get("", summary="The council's agencies")
async def listed(room: TheRoom, actor: Admin) -> list[AgencyShown]:
    """List the agencies, without their secrets, which nobody knows."""
    async with room.engine.connect() as conn:
        found = await list_agencies(conn, Reader.of(actor))
    return [AgencyShown.of(agency) for agency in found]


@router.post("/{agency_id}/secrets", status_code=201, summary="Give an agency a new secret")
async def renew(
    room: TheRoom,
    actor: Admin,
    agency_id: UUID,
    *,
    leaked: Annotated[bool, Query(description="The older secrets end at once.")] = False,
) -> AgencyWithSecret:
    """Give a new secret; the older ones work for seven days more, or end at once if leaked."""
    secret = new_secret()
    hashed = await room.tokens.hash(secret)
    async with room.engine.begin() as conn:
        agency = await renew_secret(conn, actor, agency_id, hashed, at_once=leaked)
    shown = AgencyShown.of(agency)
    return AgencyWithSecret(**shown.model_dump(), client_secret=secret)


@router.post("/{agency_id}/closure", summary="Close an agency's access")
async def close(room: TheRoom, actor: Admin, agency_id: UUID) -> AgencyShown:
    """Give it no more tokens, and tell it nothing more; what it referred goes on."""
    async with room.engine.begin() as conn:
        return AgencyShown.of(await change_access(conn, actor, agency_id, active=False))


@router.post("/{agency_id}/reopening", summary="Give an agency its access back")
async def reopen(room: TheRoom, actor: Admin, agency_id: UUID) -> AgencyShown:
    """Give it tokens again, for the secrets it has."""
    async with room.engine.begin() as conn:
        return AgencyShown.of(await change_access(conn, actor, agency_id, active=True))
