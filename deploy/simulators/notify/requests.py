"""The three requests that send a message, read as strictly as Notify's schemas read them."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from deploy.simulators.notify.recipients import (
    Outcome,
    address_lines,
    email_outcome,
    letter_outcome,
    sms_outcome,
)
from deploy.simulators.notify.templates import Kind, Personalisation

Reference = Annotated[str, Field(max_length=1_000)]


class Send(BaseModel):
    """What every message has."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    template_id: UUID
    personalisation: Personalisation = {}
    reference: Reference | None = None

    def to(self) -> dict[str, str]:
        """Tell the recipient under the names of the API's answers."""
        raise NotImplementedError

    def outcome(self) -> Outcome:
        """Check the recipient and tell what becomes of the message."""
        raise NotImplementedError


class SendEmail(Send):
    """POST /v2/notifications/email."""

    email_address: str
    email_reply_to_id: UUID | None = None
    one_click_unsubscribe_url: str | None = None
    sanitise_content_for: Any = None

    def to(self) -> dict[str, str]:
        """Tell the address."""
        return {"email_address": self.email_address}

    def outcome(self) -> Outcome:
        """Check the address."""
        return email_outcome(self.email_address)


class SendSms(Send):
    """POST /v2/notifications/sms."""

    phone_number: str
    sms_sender_id: UUID | None = None

    def to(self) -> dict[str, str]:
        """Tell the number."""
        return {"phone_number": self.phone_number}

    def outcome(self) -> Outcome:
        """Check the number."""
        return sms_outcome(self.phone_number)


class SendLetter(Send):
    """POST /v2/notifications/letter: the address is part of the personalisation."""

    personalisation: Personalisation

    def to(self) -> dict[str, str]:
        """Tell the address, line by line."""
        lines = address_lines(self.personalisation)
        return {f"line_{number}": line for number, line in enumerate(lines, start=1)}

    def outcome(self) -> Outcome:
        """Check the address."""
        return letter_outcome(address_lines(self.personalisation))


REQUESTS: dict[Kind, type[Send]] = {"email": SendEmail, "sms": SendSms, "letter": SendLetter}
