"""Who reads: the one function through which every read is kept to a council and an agency."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, false

from chassis.facts import NotFound
from chassis.web.identity import Actor
from services.referral.store.tables import agencies, referrals


@dataclass(frozen=True)
class Reader:
    """What a reader may see: one council's rows, and of those only one agency's if it is one."""

    council: str
    agency_id: UUID | None = None

    @classmethod
    def of(cls, actor: Actor) -> Self:
        """Read as this actor; an actor of no council must say which (`Reader(council)`).

        Raises:
            NotFound: It speaks for no council.
        """
        if not actor.council:
            raise NotFound
        return cls(actor.council, UUID(actor.organisation) if actor.kind == "agency" else None)


def seen_by(reader: Reader, table: Table) -> ColumnElement[bool]:
    """Keep a read of any of our tables to what its reader may see.

    An agency reads the state of its own referrals and nothing of the people in them.
    """
    own = table.c.council == reader.council
    if reader.agency_id is None:
        return own
    theirs = {referrals.name: referrals.c.agency_id, agencies.name: agencies.c.id}
    column = theirs.get(table.name)
    return false() if column is None else and_(own, column == reader.agency_id)
