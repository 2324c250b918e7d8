"""Delivery receipts and returned letters: Notify's callbacks, with the bearer it was given."""

import logging
from typing import Any

import httpx

from deploy.simulators.configuration import NotifyPart

log = logging.getLogger("deploy.simulators")


class Receipts:
    """Posts callbacks; a callback that is not answered with 2xx is for its caller to repeat."""

    def __init__(self, part: NotifyPart, client: httpx.AsyncClient) -> None:
        """Post with `client`."""
        self._client = client
        self._headers = {"Authorization": f"Bearer {part.receipts_bearer.get_secret_value()}"}
        self.delivery_url = part.receipts_url
        self.returned_url = part.returned_letters_url

    async def post(self, url: str, body: dict[str, Any]) -> bool:
        """Post one callback and tell whether it was taken."""
        try:
            answer = await self._client.post(url, json=body, headers=self._headers, timeout=5)
        except httpx.HTTPError as error:
            log.warning("callback not taken: %s", type(error).__name__)
            return False
        if not answer.is_success:
            log.warning("callback not taken: status %d", answer.status_code)
        return answer.is_success


def delivery_receipt(seen: dict[str, Any]) -> dict[str, Any]:
    """Write the receipt of an e-mail, a text message or a letter, as Notify writes it."""
    return {
        "id": seen["id"],
        "reference": seen["reference"],
        "to": seen["email_address"] or seen["phone_number"] or seen["line_1"],
        "status": seen["status"],
        "created_at": seen["created_at"],
        "completed_at": seen["completed_at"],
        "sent_at": seen["sent_at"],
        "notification_type": seen["type"],
        "template_id": seen["template"]["id"],
        "template_version": seen["template"]["version"],
    }


def returned_letter(seen: dict[str, Any]) -> dict[str, Any]:
    """Write the notice of a letter that the post brought back."""
    return {
        "notification_id": seen["id"],
        "reference": seen["reference"],
        "date_sent": seen["sent_at"],
        "sent_by": None,
        "template_name": seen["template_name"],
        "template_id": seen["template"]["id"],
        "template_version": seen["template"]["version"],
        "spreadsheet_file_name": None,
        "spreadsheet_row_number": None,
        "upload_letter_file_name": None,
    }
