"""An agency that may refer, and the name its software gives when it asks for a token."""

from dataclasses import dataclass
from uuid import UUID

from contracts.codes import SourceCode


@dataclass(frozen=True)
class Agency:
    """One agency of one council's partnership; its inbox is shared, never one person's."""

    council: str
    id: UUID
    name: str
    source_code: SourceCode
    inbox_email: str
    phone: str
    scopes: tuple[str, ...]
    active: bool

    @property
    def client_id(self) -> str:
        """The client id: it names the council, so that even this look-up is kept to one."""
        return f"{self.council}.{self.id}"


def read_client_id(client_id: str) -> tuple[str, UUID] | None:
    """Read council and agency out of a client id, if it is one."""
    council, _, agency = client_id.rpartition(".")
    try:
        return (council, UUID(agency)) if council and council.isprintable() else None
    except ValueError:
        return None
