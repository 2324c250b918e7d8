"""What was told of one referral, read as one page for the worker."""

import base64
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.referral.domain.referral import Referral
from services.referral.store.accounts import accounts_of


async def told_about(conn: AsyncConnection, referral: Referral) -> list[dict[str, Any]]:
    """Read every telling, with the body as sent wherever it was not whole."""
    found = await accounts_of(conn, referral.council, [referral.id])
    return [
        {
            "occasion": row.occasion,
            "told_at": row.told_at,
            "told_by": row.told_by,
            "danger": row.danger,
            "told": row.told,
            "missing": row.missing,
            "as_sent": _shown(row.as_sent),
        }
        for row in found
    ]


def _shown(as_sent: bytes | None) -> str | None:
    """Show a body as text; one that is no text, as base64."""
    if as_sent is None:
        return None
    try:
        return bytes(as_sent).decode()
    except UnicodeDecodeError:
        return "base64:" + base64.b64encode(bytes(as_sent)).decode()
