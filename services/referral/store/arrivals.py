"""Stores a new referral with everything that follows from it in one statement."""

from psycopg.errors import UniqueViolation
from sqlalchemy import Table
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.audit import audit, history
from chassis.messaging.outbox import outbox
from chassis.messaging.timers import timers
from chassis.prompts import prompts
from chassis.web.idempotency import idempotency
from services.referral.store.tables import accounts, agreements, people, referrals, relationships
from services.referral.store.together import Rows, Together

SAVE_ARRIVAL = Together(
    {
        idempotency: [
            *("council", "organisation", "operation", "key", "body_hmac", "status", "answer"),
        ],
        referrals: [
            *("council", "id", "family_id", "reference", "status", "sequence", "referrer_kind"),
            *("agency_id", "agency_reference", "source_code", "submitted_by", "received_at"),
            *("danger", "whole", "restricted", "child_goes_home_at", "screening_due"),
            "decision_due",
        ],
        accounts: [column.name for column in accounts.columns],
        people: [column.name for column in people.columns],
        relationships: [column.name for column in relationships.columns],
        agreements: [column.name for column in agreements.columns],
        history: [column.name for column in history.columns],
        audit: [
            *("id", "council", "actor", "actor_kind", "organisation", "action", "subject"),
            *("purpose", "detail"),
        ],
        timers: ["id", "council", "kind", "subject", "about", "due_at"],
        prompts: ["id", "council", "kind", "subject", "about", "role", "urgent", "due_at"],
        outbox: [
            *("ce_id", "topic", "key", "type", "council", "sequence", "family", "time"),
            *("traceparent", "body"),
        ],
    }
)


def is_taken(error: IntegrityError) -> bool:
    """Tell that it failed because the council has a referral of that reference."""
    cause = error.orig
    taken = "uq_referrals_council_reference"
    return isinstance(cause, UniqueViolation) and cause.diag.constraint_name == taken


async def save_arrival(conn: AsyncConnection, rows: dict[Table, Rows]) -> None:
    """Write an arrival; a twin's key is a unique violation on `idempotency`."""
    await SAVE_ARRIVAL.write(conn, rows)
