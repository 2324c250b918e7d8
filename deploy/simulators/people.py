"""The invented staff that a development day is played with: who they are, and what they may do."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Slug = Annotated[str, Field(pattern="^[a-z][a-z0-9-]{0,63}$")]

INVENTED = Path(__file__).with_name("staff.json")


class Invented(BaseModel):
    """One invented member of staff."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    subject: Slug
    title: str
    team: str | None = None
    roles: tuple[str, ...]


People = dict[str, tuple[Invented, ...]]


def read_people(path: Path | None) -> People:
    """Read who works for whom: a list of people per issuer."""
    return TypeAdapter(People).validate_json((path or INVENTED).read_text())
