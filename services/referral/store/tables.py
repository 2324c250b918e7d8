"""The tables of the front door, as its migrations make them."""

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.database import NAMES

metadata = MetaData(naming_convention=dict(NAMES))
TIME = DateTime(timezone=True)


def _council() -> Column[str]:
    return Column("council", Text, primary_key=True)


def _id() -> Column[Any]:
    return Column("id", Uuid, primary_key=True)


def _needed(name: str, kind: Any) -> Column[Any]:
    return Column(name, kind, nullable=False)


agencies = Table(
    "agencies",
    metadata,
    _council(),
    _id(),
    _needed("name", Text),
    _needed("source_code", Text),
    _needed("inbox_email", Text),
    _needed("phone", Text),
    _needed("scopes", ARRAY(Text)),
    Column("active", Boolean, nullable=False, server_default="true"),
    Column("registered_at", TIME, nullable=False, server_default=text("now()")),
    _needed("registered_by", Text),
)

agency_secrets = Table(
    "agency_secrets",
    metadata,
    _council(),
    _id(),
    _needed("agency_id", Uuid),
    _needed("secret_hash", Text),
    Column("made_at", TIME, nullable=False, server_default=text("now()")),
    _needed("made_by", Text),
    Column("ends_at", TIME),
)

referrals = Table(
    "referrals",
    metadata,
    _council(),
    _id(),
    _needed("family_id", Uuid),
    _needed("reference", Text),
    _needed("status", Text),
    _needed("sequence", Integer),
    _needed("referrer_kind", Text),
    Column("agency_id", Uuid),
    Column("agency_reference", Text),
    _needed("source_code", Text),
    _needed("submitted_by", Text),
    _needed("received_at", TIME),
    Column("stored_at", TIME, nullable=False, server_default=text("now()")),
    _needed("danger", Boolean),
    _needed("whole", Boolean),
    _needed("restricted", Boolean),
    Column("child_goes_home_at", TIME),
    _needed("screening_due", TIME),
    _needed("decision_due", TIME),
    Column("screening_started_at", TIME),
    Column("screening_started_by", Text),
    Column("contact_attempts", Integer, nullable=False, server_default="0"),
    Column("decision", Text),
    Column("decided_at", TIME),
    Column("decided_by", Text),
    Column("pathway", Text),
    Column("level", Integer),
    Column("told", Text),
    Column("unsettled", Text),
    Column("case_id", Uuid),
    Column("released_at", TIME),
    Column("outcome", Text),
    Column("closed_at", TIME),
)

accounts = Table(
    "accounts",
    metadata,
    _council(),
    _id(),
    _needed("referral_id", Uuid),
    _needed("occasion", Text),
    _needed("told_at", TIME),
    _needed("told_by", Text),
    _needed("danger", Boolean),
    _needed("told", JSONB),
    _needed("missing", JSONB),
    Column("as_sent", LargeBinary),
)

people = Table(
    "people",
    metadata,
    _council(),
    _id(),
    _needed("referral_id", Uuid),
    _needed("kind", Text),
    Column("same_as", Uuid),
    _needed("detail", JSONB),
)

relationships = Table(
    "relationships",
    metadata,
    _council(),
    _id(),
    _needed("referral_id", Uuid),
    _needed("adult_id", Uuid),
    _needed("child_id", Uuid),
    _needed("relation", Text),
    _needed("parental_responsibility", Text),
)

agreements = Table(
    "agreements",
    metadata,
    _council(),
    _id(),
    _needed("referral_id", Uuid),
    _needed("person_id", Uuid),
    _needed("agreed", Boolean),
    _needed("withdrawn", Boolean),
    Column("how", Text),
    Column("asked_by", Text),
    Column("risk_answer", Text),
    _needed("recorded_at", TIME),
    _needed("recorded_by", Text),
)

family_contacts = Table(
    "family_contacts",
    metadata,
    _council(),
    _id(),
    _needed("referral_id", Uuid),
    _needed("person_id", Uuid),
    _needed("attempt", Integer),
    _needed("mode", Text),
    _needed("outcome", Text),
    _needed("at", TIME),
    _needed("logged_by", Text),
)

decisions = Table(
    "decisions",
    metadata,
    _council(),
    _id(),
    _needed("referral_id", Uuid),
    _needed("decision", Text),
    Column("pathway", Text),
    _needed("level", Integer),
    _needed("said", JSONB),
    _needed("decided_at", TIME),
    _needed("decided_by", Text),
)

diversions = Table(
    "diversions",
    metadata,
    _council(),
    _id(),
    _needed("referral_id", Uuid),
    _needed("urgent", Boolean),
    _needed("reason", Text),
    _needed("parents_informed", Text),
    Column("child_goes_home_at", TIME),
    _needed("diverted_at", TIME),
    _needed("diverted_by", Text),
)
