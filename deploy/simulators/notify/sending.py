"""Accepting one message: schema, template, recipient, personalisation, in Notify's order."""

from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue, ValidationError

from chassis.clocks import new_id, wall_now
from deploy.simulators.notify.mailroom import Accepted, Mailroom
from deploy.simulators.notify.refusals import bad_request, from_validation
from deploy.simulators.notify.requests import REQUESTS, Send
from deploy.simulators.notify.templates import Kind, Template, Templates

BLANK = dict.fromkeys(
    ("email_address", "phone_number", "postage", *(f"line_{number}" for number in range(1, 8)))
)


@dataclass(frozen=True)
class PostOffice:
    """What it takes to accept a message."""

    mailroom: Mailroom
    templates: Templates
    base_url: str

    def send(self, kind: Kind, service: str, body: JsonValue) -> dict[str, Any]:
        """Accept a message and tell what POST answers.

        Raises:
            NotifyError: with Notify's own words for what is wrong with it.
        """
        request = _read(kind, body)
        template = self._template(kind, request)
        outcome = request.outcome()
        content = template.filled(request.personalisation)
        notification = self._notification(kind, request, template) | content
        accepted = Accepted(service=service, fate=outcome, notification=notification)
        self.mailroom.accept(accepted)
        return self._answer(kind, notification, content)

    def _template(self, kind: Kind, request: Send) -> Template:
        if (template := self.templates.get(request.template_id)) is None:
            raise bad_request("Template not found")
        if template.type != kind:
            raise bad_request(f"{template.type} template is not suitable for {kind} notification")
        return template

    def _notification(self, kind: Kind, request: Send, template: Template) -> dict[str, Any]:
        recipient = BLANK | request.to() | {"postage": "second" if kind == "letter" else None}
        return recipient | {
            "id": str(new_id()),
            "reference": request.reference,
            "type": kind,
            "status": "created",
            "template": self._template_link(template),
            "template_name": template.name,
            "created_at": wall_now().strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "created_by_name": None,
            "sent_at": None,
            "completed_at": None,
            "scheduled_for": None,
        }

    def _template_link(self, template: Template) -> dict[str, Any]:
        uri = f"{self.base_url}/v2/template/{template.id}"
        return {"id": str(template.id), "version": template.version, "uri": uri}

    def _answer(
        self, kind: Kind, notification: dict[str, Any], content: dict[str, str | None]
    ) -> dict[str, Any]:
        sender = {"email": {"from_email": "development@example.org"}, "sms": {"from_number": "DEV"}}
        shown = content if kind != "sms" else {"body": content["body"]}
        return {
            "id": notification["id"],
            "reference": notification["reference"],
            "content": shown | sender.get(kind, {}),
            "uri": f"{self.base_url}/v2/notifications/{notification['id']}",
            "template": notification["template"],
            "scheduled_for": None,
        }


def _read(kind: Kind, body: JsonValue) -> Send:
    try:
        return REQUESTS[kind].model_validate(body)
    except ValidationError as error:
        raise from_validation(error) from error
