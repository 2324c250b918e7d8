"""The tables of the handover service, as its migrations make them."""

from typing import Any

from sqlalchemy import Boolean, Column, Date, DateTime, Integer, MetaData, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.database import NAMES

metadata = MetaData(naming_convention=dict(NAMES))
TIME = DateTime(timezone=True)


def _needed(name: str, kind: Any) -> Column[Any]:
    return Column(name, kind, nullable=False)


handovers = Table(
    "handovers",
    metadata,
    Column("council", Text, primary_key=True),
    Column("id", Uuid, primary_key=True),
    _needed("family_id", Uuid),
    _needed("origin", Text),
    _needed("origin_id", Uuid),
    Column("proposal_id", Uuid),
    _needed("referral_ids", ARRAY(Uuid)),
    _needed("child_ids", ARRAY(Uuid)),
    _needed("factors", ARRAY(Text)),
    _needed("urgent", Boolean),
    _needed("status", Text),
    _needed("parents_informed", Text),
    Column("child_goes_home_at", TIME),
    _needed("proposed_by", Text),
    _needed("proposed_at", TIME),
    _needed("opened_at", TIME),
    Column("alarm_due", TIME),
    Column("authorised_by", Text),
    Column("authorised_at", TIME),
    Column("sent_at", TIME),
    Column("delivered_at", TIME),
    Column("acknowledged_at", TIME),
    Column("acknowledged_by", Text),
    Column("acknowledged_how", Text),
    Column("decided_at", TIME),
    Column("decided_by", Text),
    Column("declined_reason", Text),
    Column("visit_booked_on", Date),
    Column("visited_on", Date),
    Column("visit_joint", Boolean),
    Column("not_joint_reason", Text),
    Column("receiving_worker", Text),
    Column("cancelled_reason", Text),
    Column("ended_at", TIME),
    _needed("sequence", Integer),
)

packs = Table(
    "packs",
    metadata,
    Column("council", Text, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    _needed("handover_id", Uuid),
    _needed("urgent", Boolean),
    _needed("state", Text),
    Column("sha256", Text),
    Column("prepared_at", TIME),
    Column("delivered_at", TIME),
    Column("receipt", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("last_outcome", Text),
    Column("next_attempt_at", TIME, nullable=False, server_default=text("now()")),
    Column("claim", Uuid),
    Column("claimed_until", TIME),
)

notes = Table(
    "notes",
    metadata,
    Column("council", Text, primary_key=True),
    Column("id", Uuid, primary_key=True),
    _needed("handover_id", Uuid),
    _needed("kind", Text),
    _needed("words", Text),
    _needed("written_by", Text),
    _needed("written_at", TIME),
)
