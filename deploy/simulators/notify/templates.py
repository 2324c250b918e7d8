"""Templates and their placeholders: a message with one missing is refused, as Notify refuses it."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from deploy.simulators.notify.refusals import bad_request

Kind = Literal["email", "sms", "letter"]
Personalisation = dict[str, Any]

INVENTED = Path(__file__).with_name("templates.json")
_PLACEHOLDER = re.compile(r"\(\((?P<name>[^()?]+)(?:\?\?(?P<shown>[^()]*))?\)\)")


class Template(BaseModel):
    """A template as its service wrote it; `((name))` is filled in, `((name??text))` is a choice."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: UUID
    name: str
    type: Kind
    subject: str | None = None
    body: str
    version: Annotated[int, Field(ge=1)] = 1

    def shown(self) -> dict[str, Any]:
        """Tell it as GET /v2/template/{id} does."""
        names = {_folded(found["name"]): found["name"] for found in self._placeholders()}
        return {
            "id": str(self.id),
            "name": self.name,
            "type": self.type,
            "created_at": datetime(2026, 1, 5, 9, tzinfo=UTC).isoformat(),
            "updated_at": None,
            "version": self.version,
            "created_by": "development@example.org",
            "subject": self.subject,
            "body": self.body,
            "letter_contact_block": None,
            "personalisation": {name: {"required": True} for name in names.values()},
        }

    def filled(self, given: Personalisation) -> dict[str, str | None]:
        """Fill subject and body in.

        Raises:
            NotifyError: naming every placeholder that `given` leaves out.
        """
        known = {_folded(name): value for name, value in given.items()}
        missing = dict.fromkeys(
            found["name"]
            for found in self._placeholders()
            if known.get(_folded(found["name"])) is None
        )
        if missing:
            raise bad_request(f"Missing personalisation: {', '.join(missing)}")
        subject = None if self.subject is None else _fill(self.subject, known)
        return {"subject": subject, "body": _fill(self.body, known)}

    def _placeholders(self) -> list[re.Match[str]]:
        return list(_PLACEHOLDER.finditer(f"{self.subject or ''}\n{self.body}"))


Templates = dict[UUID, Template]


def read_templates(path: Path | None) -> Templates:
    """Read the service's templates."""
    read = TypeAdapter(list[Template]).validate_json((path or INVENTED).read_text())
    return {template.id: template for template in read}


def _folded(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).casefold()


def _fill(text: str, known: Personalisation) -> str:
    def value(found: re.Match[str]) -> str:
        given = known[_folded(found["name"])]
        if found["shown"] is not None:
            return found["shown"] if str(given).casefold() in {"yes", "true", "1", "y"} else ""
        return "\n".join(f"* {one}" for one in given) if isinstance(given, list) else str(given)

    return _PLACEHOLDER.sub(value, text)
